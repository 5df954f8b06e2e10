#!/usr/bin/env python3
"""A site of models on the loopback, which keeps to HTTP and not always to the
truth.

    models.py FOLDER PORT-FILE LOG

Serves FOLDER/NAME.zip under /MODE/NAME.zip and writes its port into PORT-FILE
once it listens, and a line for each request into LOG. Modes:
  good      whole files, ranges with If-Range, a strong ETag
  cut       every answer breaks off after 1000 bytes more
  cutonce   the first answer breaks off half way
  changed   breaks off, and then is another version of the file
  noranges  breaks off once, and then sends all of it again
  weak      as cutonce, with neither ETag nor Last-Modified
  lie       answers a range with 206 and the wrong part's length
  busy      503
  gone      404 with an error page
  moved     redirects to good
  loop      redirects to itself
"""
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

folder, port_file, log = sys.argv[1:]
seen = {}


class Site(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def error(self, status, headers=()):
        page = b"<html>no such luck</html>"
        self.send_response(status)
        for header in headers:
            self.send_header(*header)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def do_GET(self):
        _, mode, name = self.path.split("/", 2)
        count = seen[self.path] = seen.get(self.path, 0) + 1
        asked = self.headers.get("Range")
        with open(log, "a", encoding="utf-8") as out:
            print(mode, asked, self.headers.get("If-Range"), file=out)
        if mode == "busy":
            return self.error(503)
        if mode in ("moved", "loop"):
            to = "good" if mode == "moved" else "loop"
            return self.error(302, [("Location", f"/{to}/{name}")])
        path = os.path.join(folder, name)
        if mode == "gone" or not os.path.exists(path):
            return self.error(404)
        self.send_file(mode, count, open(path, "rb").read(), asked)

    def send_file(self, mode, count, data, asked):
        etag = f'"{len(data)}-{count if mode == "changed" else 1}"'
        start = 0
        if asked and mode != "noranges" and self.headers["If-Range"] == etag:
            start = int(asked.split("=")[1].rstrip("-"))
            if start >= len(data):
                return self.error(416, [("Content-Range",
                                         f"bytes */{len(data)}")])
        self.send_response(206 if start else 200)
        if mode != "weak":
            self.send_header("ETag", etag)
        if start:
            self.send_header("Content-Range",
                             f"bytes {start}-{len(data) - 1}/{len(data)}")
        rest = data[start:]
        if mode == "lie" and start:
            rest = rest[:-7]
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        if mode == "cut":
            rest = rest[:1000]
        elif mode in ("cutonce", "changed", "noranges", "weak", "lie"):
            if count == 1:
                rest = rest[:len(rest) // 2]
        self.wfile.write(rest)
        self.close_connection = True


server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
with open(port_file + ".new", "w", encoding="utf-8") as out:
    out.write(str(server.server_port))
os.rename(port_file + ".new", port_file)
server.serve_forever()
