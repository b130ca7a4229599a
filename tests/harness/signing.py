"""Signatures of URLs, made by hashlib and never by the server."""

import hashlib


def signature(path_and_query: str, key: str) -> str:
    return hashlib.sha256(f"{path_and_query}:{key}".encode()).hexdigest()[:16]


def signed(path_and_query: str, key: str) -> str:
    return f"{path_and_query}{'&' if '?' in path_and_query else '?'}sig={signature(path_and_query, key)}"
