#!/usr/bin/env python3
"""A service that describes and labels pictures, as docs/descriptions.md has it: what its operator names with vision.url.

    tools/vision_example.py --port 8090 --secret s3cret
    RUCOLA_VISION_URL=http://127.0.0.1:8090/ RUCOLA_VISION_SECRET=s3cret rucola serve

It knows nothing of pictures but their size and shape. Put a model, or a service on the internet, in the place of
describe() and label().
"""

import argparse
import base64
import hmac
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SENTENCES = {
    "en": "A {shape} picture, {width} by {height} pixels.",
    "de": "Ein Bild im {shape}, {width} mal {height} Pixel.",
    "fr": "Une image au format {shape}, {width} sur {height} pixels.",
    "it": "Un'immagine in formato {shape}, {width} per {height} pixel.",
}
SHAPES = {
    "en": {"landscape": "wide", "portrait": "tall", "square": "square"},
    "de": {"landscape": "Querformat", "portrait": "Hochformat", "square": "Quadrat"},
    "fr": {"landscape": "paysage", "portrait": "portrait", "square": "carré"},
    "it": {"landscape": "orizzontale", "portrait": "verticale", "square": "quadrato"},
}
LARGEST_REQUEST = 16 << 20


def shape_of(image):
    if image["width"] == image["height"]:
        return "square"
    return "landscape" if image["width"] > image["height"] else "portrait"


def describe(image, jpeg, languages):
    """By language; those that it does not speak are left out."""
    return {language: SENTENCES[language].format(shape=SHAPES[language][shape_of(image)], width=image["width"],
                                                 height=image["height"])
            for language in languages if language in SENTENCES}


def label(image, jpeg):
    return [shape_of(image), "large" if image["width"] * image["height"] > 500_000 else "small"]


class Handler(BaseHTTPRequestHandler):
    secret = ""

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        if length > LARGEST_REQUEST:
            return self.answer(413, {"error": "too large"})
        body = self.rfile.read(length)
        sent = self.headers.get("Authorization", "").encode()
        if self.secret and not hmac.compare_digest(sent, f"Bearer {self.secret}".encode()):
            return self.answer(401, {"error": "the secret is another one"})
        question = json.loads(body)
        image = question["image"]
        jpeg = base64.b64decode(image["base64"])
        if question["task"] == "describe":
            return self.answer(200, {"descriptions": describe(image, jpeg, question["languages"])})
        if question["task"] == "label":
            return self.answer(200, {"labels": label(image, jpeg)})
        return self.answer(501, {"error": "there is no such task here"})

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090, help="0 = a free one")
    parser.add_argument("--secret", default="", help="what requests must bring; the setting vision.secret")
    options = parser.parse_args()
    Handler.secret = options.secret
    server = ThreadingHTTPServer((options.host, options.port), Handler)
    print(f"describing pictures on http://{options.host}:{server.server_address[1]}/", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
