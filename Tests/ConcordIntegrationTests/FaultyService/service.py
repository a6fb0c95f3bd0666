"""A small inventory service that keeps its contract, unless it is told to break it in one way.

PORT says where it listens, DEFECT names the way. Standard library only.
"""

import json
import os
import re
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from urllib.parse import parse_qs, unquote, urlsplit

DEFECT = os.environ.get("DEFECT", "")
KEY = "letmein-please"
COLOURS = ["red", "green", "blue"]
DEFECTS = [
    "500-on-long-name", "undocumented-status", "wrong-content-type", "missing-header", "extra-member", "wrong-type",
    "accepts-long-name", "accepts-missing-name", "accepts-any-colour", "accepts-unknown-member", "accepts-large-limit",
    "refuses-longest-name", "refuses-smallest-limit", "other-method-200", "no-allow", "key-ignored", "stays-deleted",
    "created-elsewhere", "put-once", "link-to-nothing", "problem-status", "slow", "accepts-broken-json",
]

items = {}
lock = Lock()


class Refusal(Exception):
    """An answer that is no success."""

    def __init__(self, status, title, headers=()):
        super().__init__(title)
        self.status, self.title, self.headers = status, title, headers


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *arguments):
        pass

    def answer(self, status, value=None, content_type="application/json", headers=()):
        body = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        if value is not None:
            self.send_header("Content-Type", content_type)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        for name, text in headers:
            self.send_header(name, text)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def refuse(self, refusal):
        status = refusal.status + 1 if DEFECT == "problem-status" else refusal.status
        problem = {"type": "about:blank", "title": refusal.title, "status": status}
        self.answer(refusal.status, problem, "application/problem+json", refusal.headers)

    def handle_request(self):
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers:
            self.close_connection = True
            return self.refuse(Refusal(411, "Say how long the body is."))
        self.body = self.rfile.read(int(length)) if length.isdigit() else b""
        try:
            self.route()
        except Refusal as refusal:
            self.refuse(refusal)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = handle_request

    def describe(self):
        with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "inventory.openapi.yaml"), "rb") as file:
            body = file.read()
        self.send_response(200)
        self.send_header("Content-Type", "application/yaml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def route(self):
        parts = urlsplit(self.path)
        path = unquote(parts.path)
        if path == "/health":
            return self.call({"GET": lambda: self.answer(200, {"status": "up"})})
        if path == "/openapi.yaml":
            return self.call({"GET": self.describe})
        if path == "/items":
            query = parse_qs(parts.query, keep_blank_values=True)
            return self.call({"GET": lambda: self.list(query), "POST": self.create})
        match = re.fullmatch(r"/items/([^/]*)", path)
        if match:
            item = lambda: self.find(match.group(1))
            return self.call({
                "GET": lambda: self.read(item()), "PUT": lambda: self.replace(item()),
                "DELETE": lambda: self.delete(item()),
            })
        if path == "/stock":
            return self.call({"GET": self.stock})
        raise Refusal(404, "There is nothing here.")

    def call(self, methods):
        if self.command in methods:
            return methods[self.command]()
        if DEFECT == "other-method-200":
            return self.answer(200, {})
        allow = [] if DEFECT == "no-allow" else [("Allow", ", ".join(sorted(methods)))]
        raise Refusal(405, "The path has other methods.", allow)

    def find(self, text):
        item = items.get(int(text)) if re.fullmatch(r"[0-9]{1,9}", text) else None
        if item is None or item["gone"] and DEFECT != "stays-deleted":
            raise Refusal(404, "There is no such item.")
        return item

    # Operations

    def list(self, query):
        text = query.get("limit", ["20"])[0]
        largest = 1000 if DEFECT == "accepts-large-limit" else 100
        smallest = 2 if DEFECT == "refuses-smallest-limit" else 1
        if not re.fullmatch(r"[0-9]{1,6}", text) or not smallest <= int(text) <= largest:
            raise Refusal(422, "The limit is a number from 1 to 100.")
        colour = query.get("colour", [None])[0]
        if colour is not None and colour not in COLOURS:
            raise Refusal(422, "There is no such colour.")
        if DEFECT == "slow" and text == "100":
            time.sleep(3)
        found = [i for i in list(items.values()) if not i["gone"] and (colour is None or i["colour"] == colour)]
        self.answer(200, {"items": [self.shown(i) for i in found[: int(text)]]})

    def create(self):
        fields = self.fields()
        if DEFECT == "undocumented-status":
            return self.answer(202, {})
        with lock:
            number = len(items) + 1
            items[number] = {"id": number, "gone": False, "puts": 0, **fields}
        place = "/items/%d" % (number + 1_000_000 if DEFECT == "created-elsewhere" else number)
        headers = [] if DEFECT == "missing-header" else [("Location", place)]
        content_type = "text/html" if DEFECT == "wrong-content-type" else "application/json"
        self.answer(201, self.shown(items[number]), content_type, headers)

    def read(self, item):
        self.answer(200, self.shown(item))

    def replace(self, item):
        fields = self.fields()
        item["puts"] += 1
        if DEFECT == "put-once" and item["puts"] > 1:
            raise Refusal(409, "It was changed before.")
        item.update(fields)
        self.answer(200, self.shown(item))

    def delete(self, item):
        item["gone"] = True
        self.answer(204)

    def stock(self):
        if self.headers.get("X-Key") != KEY and DEFECT != "key-ignored":
            raise Refusal(401, "Show the key.", [("WWW-Authenticate", "Key")])
        self.answer(200, {"count": sum(not i["gone"] for i in list(items.values()))})

    # Data

    def shown(self, item):
        value = {"id": item["id"], "name": item["name"], "colour": item["colour"], "twin": item["id"]}
        if DEFECT == "extra-member":
            value["internal"] = True
        if DEFECT == "wrong-type":
            value["id"] = str(item["id"])
        if DEFECT == "link-to-nothing":
            value["twin"] = 999_999_999
        return value

    def fields(self):
        if self.headers.get_content_type() != "application/json":
            raise Refusal(415, "Send JSON.")
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            if DEFECT != "accepts-broken-json":
                raise Refusal(400, "This is no JSON.")
            value = {"name": "unreadable"}
        if not isinstance(value, dict):
            raise Refusal(422, "An item is an object.")
        if set(value) - {"name", "colour"} and DEFECT != "accepts-unknown-member":
            raise Refusal(422, "An item has a name and a colour.")
        name = value.get("name", "nameless" if DEFECT == "accepts-missing-name" else None)
        colour = value.get("colour", "red")
        if not isinstance(name, str) or not name:
            raise Refusal(422, "An item has a name.")
        longest = {"accepts-long-name": 10_000, "refuses-longest-name": 39}.get(DEFECT, 40)
        if DEFECT == "500-on-long-name" and len(name) > 30:
            raise Refusal(500, "It broke.")
        if len(name) > longest:
            raise Refusal(422, "A name has at most 40 characters.")
        if colour not in COLOURS and not (DEFECT == "accepts-any-colour" and isinstance(colour, str)):
            raise Refusal(422, "There is no such colour.")
        return {"name": name, "colour": colour}


if __name__ == "__main__":
    if DEFECT and DEFECT not in DEFECTS:
        sys.exit("there is no defect " + DEFECT)
    ThreadingHTTPServer.daemon_threads = True
    ThreadingHTTPServer.request_queue_size = 128
    ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
