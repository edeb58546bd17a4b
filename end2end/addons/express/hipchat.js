// Calls of the host's REST interface, in the ways of Atlassian's template: the token in the query, paths after `links.api`.

const request = require('request');

module.exports = (addon) => {
  const call = (clientInfo, method, resource, body) =>
    addon.getAccessToken(clientInfo).then(
      (token) =>
        new Promise((resolve, reject) => {
          const url = clientInfo.capabilitiesDoc.links.api + resource;
          request({ method, url, qs: { auth_token: token.access_token }, body, json: true }, (error, response, answer) => {
            if (error) return reject(error);
            if (response.statusCode >= 300) return reject(new Error(`${method} ${resource}: ${JSON.stringify(answer)}`));
            resolve(answer);
          });
        }),
    );
  return {
    sendMessage: (clientInfo, roomId, message, color, card) =>
      call(clientInfo, 'POST', `/room/${roomId}/notification`, { message, message_format: 'html', color, notify: false, card }),
    updateGlance: (clientInfo, roomId, key, content) =>
      call(clientInfo, 'POST', `/addon/ui/room/${roomId}`, { glance: [{ key, content }] }),
  };
};
