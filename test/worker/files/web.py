"""An HTTP server on this machine whose answers a test writes."""
import ssl
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import patch

from programs import CERTIFICATES


class Web:
    """`answer` gets the request, and gives status, headers and text; or bytes, which are sent as they are."""

    def __init__(self, test, answer, secure=False):
        self.asked = asked = []

        class Handler(BaseHTTPRequestHandler):
            def handle_one(self):
                self.close_connection = True
                length = int(self.headers.get("content-length", 0))
                self.text = self.rfile.read(length).decode()
                asked.append(self)
                given = answer(self)
                if isinstance(given, bytes):
                    self.wfile.write(given)
                    return
                status, headers, text = given
                self.send_response_only(status)
                for name, value in {"content-length": str(len(text.encode())), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text.encode())

            do_GET = do_POST = do_PUT = handle_one

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.handle_error = lambda *_: None
        if secure:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(f"{CERTIFICATES}/server.pem", f"{CERTIFICATES}/server.key")
            server.socket = context.wrap_socket(server.socket, server_side=True)
        self.port = server.server_address[1]
        self.url = f"{'https' if secure else 'http'}://127.0.0.1:{self.port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        test.addCleanup(thread.join)
        test.addCleanup(server.server_close)
        test.addCleanup(server.shutdown)

    def paths(self):
        # The path of a request is not as it was sent: http.server makes one slash of two.
        return [" ".join(one.requestline.split()[:2]) for one in self.asked]


def patience(test):
    """The seconds that each request of this process will wait, in their order."""
    seconds = []
    opened = urllib.request.OpenerDirector.open

    def open_and_note(opener, url, data=None, timeout=None):
        seconds.append(timeout)
        return opened(opener, url, data, timeout)

    patched = patch.object(urllib.request.OpenerDirector, "open", open_and_note)
    patched.start()
    test.addCleanup(patched.stop)
    return seconds
