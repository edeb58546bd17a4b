// Shared by the pages, as in Atlassian's template: one file that finds out what is on the page.

document.addEventListener('DOMContentLoaded', function () {
  function on(id, listener) {
    var element = document.getElementById(id);
    if (element) element.addEventListener('click', listener);
  }

  function show(error, data) {
    document.getElementById('details').textContent = error ? 'Error: ' + error : JSON.stringify(data, null, 2);
  }

  // The host gives the page a token; the add-on's own server takes it as proof of who asks.
  function tell(text, callback) {
    HipChat.auth.withToken(function (error, token) {
      if (error) return callback(error);
      var request = new XMLHttpRequest();
      request.open('POST', '/tell');
      request.setRequestHeader('Authorization', 'JWT ' + token);
      request.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
      request.onload = function () { callback(request.status === 200 ? null : request.responseText); };
      request.onerror = function () { callback('no answer'); };
      request.send('text=' + encodeURIComponent(text));
    });
  }

  on('room', function () { HipChat.room.getRoomDetails(show); });
  on('participants', function () { HipChat.room.getParticipants(show); });
  on('user', function () { HipChat.user.getCurrentUser(show); });
  on('write', function () { HipChat.dialog.open({ key: 'standup.dialog', parameters: { suggestion: 'reviews' } }); });
  on('close', function () { HipChat.sidebar.closeView(); });

  HipChat.register({
    'receive-parameters': function (parameters) {
      var text = document.getElementById('text');
      if (text) text.value = parameters.suggestion;
    },
    'standup.follow': function (message) {
      document.getElementById('followed').textContent = 'Following ' + message.card.title + ': ' + message.card.url;
    },
    'dialog-button-click': function (event, closeDialog) {
      if (event.action !== 'standup.tell') return closeDialog(true);
      tell(document.getElementById('text').value, function (error) {
        document.getElementById('error').textContent = error || '';
        if (!error) closeDialog(true);
      });
    },
  });
});
