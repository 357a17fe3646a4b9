#!/usr/bin/python3
"""origin - a web server for the tests of `vanalyze proxy`: what a cache may keep stands in the path.

  origin.py ADDRESS PORT

  /keep/...   may be kept for an hour
  /check/...  must be checked each time; the copy is always still good
  /never/...  may not be kept
  /slow/...   may not be kept, and takes 200 ms
"""
import http.server
import sys
import time

RULES = {'keep': 'max-age=3600', 'check': 'no-cache', 'never': 'no-store', 'slow': 'no-store'}
BODY = b'x' * 5000


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        kind = self.path.split('/')[1]
        if kind == 'slow':
            time.sleep(0.2)
        good = kind == 'check' and self.headers['If-None-Match'] == '"1"'
        self.send_response(304 if good else 200)
        self.send_header('Cache-Control', RULES[kind])
        self.send_header('ETag', '"1"')
        if not good:
            self.send_header('Content-Length', str(len(BODY)))
        self.end_headers()
        if not good:
            self.wfile.write(BODY)

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Handler).serve_forever()
