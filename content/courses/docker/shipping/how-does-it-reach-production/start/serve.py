import os
from http.server import BaseHTTPRequestHandler, HTTPServer

from tide import depth

HARBOUR = os.environ.get("HARBOUR", "some harbour")


class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(("%s: %d m at the next high water\n" % (HARBOUR, depth(12))).encode())


HTTPServer(("", 8000), Page).serve_forever()
