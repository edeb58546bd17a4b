"""Whether a room may deploy: a tile, a sidebar, a control on messages, and `/deploys`. Python's standard library only.

    python3 deploys.py [PORT] [FILE]     FILE keeps the installations; it holds secrets

Prints its descriptor's address. PUBLIC_URL is where it is reached, CHAT whose server may install it if not this machine's.
"""

import base64, hmac, json, os, re, secrets, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from urllib.request import Request, urlopen

os.umask(0o077)
FILE = Path(sys.argv[2] if len(sys.argv) > 2 else "deploys-installations.json")
installations = json.loads(FILE.read_text()) if FILE.exists() else {}  # by oauthId
reasons, told = {}, {}  # why deploys are frozen, by installation and room; claims of events that came, until they end


def filled(name, values):
    """A file beside this one with its `{{gaps}}` filled in."""
    return re.sub(r"\{\{(\w+)\}\}", lambda gap: values[gap[1]], (Path(__file__).parent / name).read_text())


def origin(url): return "{0.scheme}://{0.netloc}".format(urlsplit(url))


class Refusal(Exception): """A status and a sentence."""


class Room:
    """A room as one installation sees it, named by the claims of a request that was verified."""
    def __init__(self, claims):
        self.id, self.key = claims["context"]["room_id"], (claims["iss"], claims["context"]["room_id"])
        self.installation = installations[claims["iss"]]

    def state(self):
        return {"frozen": reasons.get(self.key) is not None, "reason": reasons.get(self.key)}

    def tile(self):
        frozen = self.state()["frozen"]
        word, kind = ("frozen", "error") if frozen else ("open", "success")
        status = {"type": "lozenge", "value": {"label": word.upper(), "type": kind}}
        return {"label": {"type": "html", "value": f"Deploys <b>{word}</b>"}, "status": status, "metadata": {"frozen": frozen}}

    def change(self, reason):  # Freezes or opens, and shows everybody in the room.
        reasons[self.key] = None if reason is None else reason[:200]
        threading.Thread(target=self.push, daemon=True).start()

    def push(self):
        if self.installation["expires"] < time.time() + 60:
            obtain_token(self.installation)
        body = json.dumps({"glance": [{"key": "deploys.status", "content": self.tile()}]}).encode()
        headers = {"authorization": "Bearer " + self.installation["token"], "content-type": "application/json"}
        urlopen(Request(f"{self.installation['api']}/integration/ui/room/{self.id}", body, headers), timeout=10).close()

    def command(self, text):
        word, reason = re.match(r"/deploys\s*(\S*)\s*(.*)", text, re.DOTALL).groups()
        if word in ("freeze", "open"):
            self.change(reason if word == "freeze" else None)
        now = self.state()
        message = f"Deploys are frozen. {now['reason']}".strip() if now["frozen"] else "Deploys are open."
        return {"message": message, "message_format": "text", "color": "red" if now["frozen"] else "green"}


def obtain_token(installation):
    host = json.load(urlopen(installation["capabilitiesUrl"], timeout=10))
    credentials = base64.b64encode("{oauthId}:{oauthSecret}".format(**installation).encode())
    address = host["capabilities"]["oauth2Provider"]["tokenUrl"]
    grant = json.load(urlopen(Request(address, b"grant_type=client_credentials", {"authorization": "Basic " + credentials.decode()}), timeout=10))
    installation.update(api=host["links"]["api"], token=grant["access_token"], expires=time.time() + grant["expires_in"])


class Handler(BaseHTTPRequestHandler):
    def answer(self):
        url = urlsplit(self.path)
        self.parameters = dict(parse_qsl(url.query))
        body = self.rfile.read(min(int(self.headers.get("content-length", 0)), 65536))
        match self.command, url.path:
            case "GET", "/descriptor": return json.loads(filled("descriptor.json", {"base": BASE}))
            case "POST", "/installed": return self.install(json.loads(body))
            case "DELETE", path: return installations.pop(path.removeprefix("/installed/"), None) and self.store()
            case "OPTIONS", _: return None
            case "GET", "/tile": return self.room().tile()
            case "GET", "/page": return self.page(self.room(), self.parameters.get("theme"))
            case "GET", "/data/state": return self.room().state()
            case "POST", "/data/freeze": return self.room().change(self.parameters.get("reason", ""))
            case "POST", "/data/open": return self.room().change(None)
            case "POST", "/hook": return self.room(once=True).command(json.loads(body)["item"]["message"]["message"])
        raise Refusal(404, "There is nothing here.")

    def room(self, once=False):
        """From the claims of a token the chat server signed with an installation's secret; that of an event counts once."""
        decoded = lambda part: base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        try:
            token = self.headers.get("authorization", "").removeprefix("JWT ") or self.parameters["signed_request"]
            head, body, signature = token.split(".")
            claims = json.loads(decoded(body))
            secret = installations[claims["iss"]]["oauthSecret"].encode()
            expected = hmac.digest(secret, f"{head}.{body}".encode(), "sha256")
            genuine = json.loads(decoded(head))["alg"] == "HS256" and hmac.compare_digest(expected, decoded(signature))
            ours = claims["exp"] > time.time() and claims["context"]["audience"] == origin(BASE)
            if genuine and ours and (not once or self.is_first(claims)):
                return Room(claims)
        except (KeyError, TypeError, ValueError): pass
        raise Refusal(401, "This request is not signed by a chat server that installed this.")

    def is_first(self, claims):
        for token in [token for token, old in list(told.items()) if old["exp"] < time.time()]: told.pop(token, None)
        return len(told) < 10_000 and told.setdefault((claims["iss"], claims["jti"]), claims) is claims

    def install(self, installation):
        host, chat = urlsplit(installation["capabilitiesUrl"]), os.environ.get("CHAT")
        if origin(host.geturl()) != chat if chat else host.hostname not in ("127.0.0.1", "localhost"):
            raise Refusal(403, "This integration was not set up for your chat server.")
        obtain_token(installation)
        installations[installation["oauthId"]] = installation
        self.store()

    def store(self): FILE.write_text(json.dumps(installations))

    def page(self, room, theme):
        chat, nonce = origin(room.installation["capabilitiesUrl"]), secrets.token_hex(16)
        values = {"base": BASE, "chat": chat, "nonce": nonce, "theme": theme if theme in ("light", "dark") else "system"}
        policy = f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src {BASE}; frame-ancestors {chat}"
        return filled("sidebar.html", values), {"content-type": "text/html; charset=utf-8", "content-security-policy": policy}

    def handle_request(self):
        # Pages in frames have an opaque origin, so all origins are equal: who may see an answer is decided by the token.
        shared = {"access-control-allow-origin": "*", "access-control-allow-headers": "authorization"}
        try:
            status, answer = 200, self.answer()
        except Refusal as refusal:
            status, answer = refusal.args[0], {"error": refusal.args[1]}
        text, headers = answer if isinstance(answer, tuple) else (json.dumps(answer), {"content-type": "application/json"})
        self.send_response(status)
        for header in {**shared, **headers}.items():
            self.send_header(*header)
        self.end_headers()
        self.wfile.write(text.encode())

    do_GET = do_POST = do_DELETE = do_OPTIONS = handle_request
    log_message = lambda *_: None  # Addresses hold tokens.


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1] if len(sys.argv) > 1 else 7911)), Handler)
BASE = os.environ.get("PUBLIC_URL", f"http://127.0.0.1:{server.server_port}")
print(f"{BASE}/descriptor", flush=True)
server.serve_forever()
