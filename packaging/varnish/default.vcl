# Varnish 7 with the xkey module (varnish-modules) in front of rucola. README.md beside this file says how to run it.
#
# The steps of a request, in the order in which Varnish takes them:
#   vcl_recv              purge, pass or look up; the request is reduced to what a cached answer may depend on
#   vcl_hash              the key: host and URL, and the scheme where the answer names it
#   vcl_hit               an answer that has run out is used only after the origin has failed
#   vcl_backend_response  what is kept, and for how long
#   vcl_deliver           internal headers are taken off, and a range behind the end is refused
#   vcl_synth             an origin that failed is covered by an older answer, where there is one
vcl 4.1;

import proxy;
import std;
import xkey;

probe ready {
    .url = "/readyz";
    .interval = 2s;
    .timeout = 2s;
    .window = 4;
    .threshold = 2;
    .initial = 2;
}

backend rucola {
    .host = "127.0.0.1";
    .port = "8080";
    .probe = ready;
    .connect_timeout = 1s;
    .first_byte_timeout = 130s;   # with their wait in the queue a picture takes at most 40 s, a part of a video 120
    .between_bytes_timeout = 30s;
}

sub vcl_recv {
    if (req.restarts == 0) {
        unset req.http.X-Rucola-Cache;
        unset req.http.X-Rucola-Expired;
        unset req.http.X-Rucola-Length;
        unset req.http.X-Rucola-Purged;

        # Only Varnish knows how the client reached it. X-Forwarded-For was extended by Varnish itself. What a client
        # claims here must never reach the origin: it would colour an answer that is then kept for everybody.
        unset req.http.Forwarded;
        unset req.http.X-Forwarded-Host;
        unset req.http.X-Forwarded-Prefix;
        if (proxy.is_ssl()) {
            set req.http.X-Forwarded-Proto = "https";
        } else {
            set req.http.X-Forwarded-Proto = "http";
        }
    }

    if (req.method == "PURGE") {
        call purge_by_tag;
    }
    call vcl_req_host;    # Varnish's own: in lower case; HTTP/1.1 without one is refused
    unset req.http.X-Rucola-Purge-Secret;
    unset req.http.xkey-purge;

    # How the server is doing is its operator's to read; Prometheus asks the server itself. However it is escaped.
    if (req.url ~ "(?i)^/(m|%6d)(e|%65)(t|%74)(r|%72)(i|%69)(c|%63)(s|%73)/?(\?|$)") {
        return (synth(404, "There is no such route here."));
    }
    call normalise_range;

    if (req.method !~ "^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|COPY)$") {
        return (synth(405, "This method is not known here."));
    }
    # The management API: whatever changes something, and whatever is answered to one caller only.
    if (req.method != "GET" && req.method != "HEAD") {
        return (pass);
    }
    if (req.http.Api-Key || req.http.Authorization) {
        return (pass);
    }

    unset req.http.Cookie;
    call normalise_accept;
    call normalise_save_data;

    # While the origin is well, nothing that has run out is served: a picture that was replaced must not come back.
    # vcl_hit sends requests here again with X-Rucola-Expired set, and vcl_synth those that the origin then failed.
    if (req.http.X-Rucola-Expired == "ask the origin") {
        set req.grace = 0s;
    } else {
        set req.grace = 30d;
    }
    return (hash);
}

# The secret is the only thing that counts: behind a TLS proxy the client's address is the proxy's, so that an ACL
# would protect nothing.
sub purge_by_tag {
    if (!std.getenv("RUCOLA_PURGE_SECRET") || std.getenv("RUCOLA_PURGE_SECRET") == "") {
        return (synth(405, "Purging is off: RUCOLA_PURGE_SECRET is not set where varnishd was started."));
    }
    if (!req.http.X-Rucola-Purge-Secret || req.http.X-Rucola-Purge-Secret != std.getenv("RUCOLA_PURGE_SECRET")) {
        return (synth(403, "The secret in X-Rucola-Purge-Secret is missing or wrong."));
    }
    if (!req.http.xkey-purge) {
        return (synth(400, "The header xkey-purge must name the tags to purge, separated by spaces."));
    }
    set req.http.X-Rucola-Purged = xkey.purge(req.http.xkey-purge);
    return (synth(200, "Purged"));
}

# One range, or none: Varnish would answer several, and what is no range, with 416, where RFC 9110 (14.2) lets a server
# send the whole; HEAD, for which there are none; and "-0", at which a fetch that is passed breaks off in the middle of the
# answer, and what is left of that is taken for the beginning of the next one.
sub normalise_range {
    std.collect(req.http.Range);
    if (req.method != "GET" || req.http.Range !~ "^bytes=(\d{1,15}-\d{0,15}|-(?!0+$)\d{1,15})$") {
        unset req.http.Range;
    } elsif (req.http.Range ~ "\d-\d" && std.integer(regsub(req.http.Range, "^bytes=(\d+)-\d+$", "\1"), 0) >
             std.integer(regsub(req.http.Range, "^bytes=\d+-", ""), 0)) {
        unset req.http.Range;
    }
}

# What the origin's answer may depend on. A picture's URL ends in a format; IIIF's info.json is JSON-LD for who names that;
# other documents, such as / and /doc, are a page for browsers and JSON for programs.
sub normalise_accept {
    std.collect(req.http.Accept);
    if (req.url ~ "^[^?]*/info\.json(\?|$)") {
        if (req.http.Accept ~ "application/ld\+json") {
            set req.http.Accept = "application/ld+json";
        } else {
            set req.http.Accept = "application/json";
        }
    } elsif (req.url ~ "^[^?]*\.[A-Za-z0-9]+(\?|$)") {
        call normalise_accept_of_pictures;
    } elsif (req.http.Accept ~ "(?i)(^|,)\s*text/html\s*([;,]|$)") {
        set req.http.Accept = "text/html";
    } elsif (req.http.Accept ~ "(?i)(^|,)\s*application/json\s*([;,]|$)") {
        set req.http.Accept = "application/json";
    } else {
        call normalise_accept_of_pictures;
    }
}

# Seven classes, the same as the origin's, so that the headers of all browsers make three variants at most: AVIF and WebP,
# WebP, anything. Programs add AVIF alone, JPEG XL with and without WebP, and those that take only what they name. A format
# counts where it is named and not refused by q=0, JPEG XL only where AVIF does not; a wildcard names no format, since every
# browser sends one.
sub normalise_accept_of_pictures {
    set req.http.X-Rucola-Takes = "";
    if (req.http.Accept ~ "(?i)(^|,)\s*image/avif\s*(;(?!\s*q\s*=\s*0(\.0*)?\s*([;,]|$))[^,;]*)*(,|$)") {
        set req.http.X-Rucola-Takes = "image/avif,";
    } elsif (req.http.Accept ~ "(?i)(^|,)\s*image/jxl\s*(;(?!\s*q\s*=\s*0(\.0*)?\s*([;,]|$))[^,;]*)*(,|$)") {
        set req.http.X-Rucola-Takes = "image/jxl,";
    }
    if (req.http.Accept ~ "(?i)(^|,)\s*image/webp\s*(;(?!\s*q\s*=\s*0(\.0*)?\s*([;,]|$))[^,;]*)*(,|$)") {
        set req.http.X-Rucola-Takes = req.http.X-Rucola-Takes + "image/webp";
    }
    if (req.http.X-Rucola-Takes != "") {
        set req.http.Accept = regsub(req.http.X-Rucola-Takes, ",$", "");
    } elsif (req.http.Accept ~ "(?i)(^|,)\s*\*/\*\s*(;(?!\s*q\s*=\s*0(\.0*)?\s*([;,]|$))[^,;]*)*(,|$)") {
        set req.http.Accept = "*/*";
    } else {
        set req.http.Accept = "image/png";
    }
    unset req.http.X-Rucola-Takes;
}

# A stack may look at Save-Data, and its answers vary by it then: two variants, not one for every spelling.
sub normalise_save_data {
    if (req.http.Save-Data ~ "(?i)^\s*on\s*$") {
        set req.http.Save-Data = "on";
    } else {
        unset req.http.Save-Data;
    }
}

# IIIF's info.json names its own address. Varnish's own vcl_hash goes on with URL and host.
sub vcl_hash {
    if (req.url ~ "^[^?]*/info\.json(\?|$)") {
        hash_data(req.http.X-Forwarded-Proto);
    }
}

sub vcl_hit {
    if (obj.ttl > 0s) {
        set req.http.X-Rucola-Cache = "HIT";
        return (deliver);
    }
    if (std.healthy(req.backend_hint) && !req.http.X-Rucola-Expired) {
        set req.http.X-Rucola-Expired = "ask the origin";
        return (restart);
    }
    set req.http.X-Rucola-Cache = "STALE";
    return (deliver);
}

sub vcl_miss {
    set req.http.X-Rucola-Cache = "MISS";
}

sub vcl_pass {
    set req.http.X-Rucola-Cache = "PASS";
}

sub vcl_backend_fetch {
    unset bereq.http.X-Rucola-Cache;
}

sub vcl_backend_response {
    if (bereq.uncacheable) {
        return (deliver);
    }
    # An origin in trouble is not remembered, and an older picture is better than none: vcl_synth goes on from here.
    if (beresp.status >= 500 && bereq.http.X-Rucola-Expired) {
        return (abandon);
    }
    # One second is how long requests for the same picture go to the origin side by side instead of waiting in a
    # line for an answer that nobody may share.
    if (beresp.status >= 500) {
        set beresp.uncacheable = true;
        set beresp.ttl = 1s;
        return (deliver);
    }
    # No guessing: what does not say how long it may be kept is not kept.
    if (beresp.http.Cache-Control !~ "(?i)(^|[,\s])(s-maxage|max-age)\s*=") {
        set beresp.uncacheable = true;
        set beresp.ttl = 120s;
        return (deliver);
    }
    # How long a picture that has run out may stand in for an origin that fails (stale-if-error). An error that
    # has run out stands in for nothing, and neither does a picture whose signed URL has an end.
    if (beresp.status == 200 && beresp.http.Cache-Control !~ "(?i)(^|[,\s])must-revalidate") {
        set beresp.grace = 24h;
    } else {
        set beresp.grace = 0s;
    }
    set beresp.keep = 0s;
    # Varnish's built-in rules go on from here: no-store, private, Set-Cookie and Vary: * are not kept.
}

sub vcl_deliver {
    # Metrics by a path that vcl_recv doesn't know, such as one with a prefix: nothing else is of this type.
    if (resp.http.Content-Type ~ "^text/plain; version=") {
        return (synth(404, "There is no such route here."));
    }
    if (req.http.Range && resp.status == 200) {
        call refuse_range_behind_the_end;
    }
    unset resp.http.xkey;
    unset resp.http.X-Varnish;
    set resp.http.X-Cache = req.http.X-Rucola-Cache;
}

# Varnish cuts the range out after vcl_deliver, and its own 416 has the headers of the picture, the long time too. Where
# the answer may be 304, or If-Range wants the whole, there is no range; nor where nobody knows how long the whole is.
sub refuse_range_behind_the_end {
    if (!resp.http.Content-Length) {
        unset req.http.Range;
    } elsif (std.integer(regsub(req.http.Range, "^bytes=(\d+)-\d*$", "\1"), 0) >=
             std.integer(resp.http.Content-Length, 0)) {
        if (req.http.If-None-Match || req.http.If-Modified-Since ||
            (req.http.If-Range && req.http.If-Range != resp.http.ETag && req.http.If-Range != resp.http.Last-Modified)) {
            unset req.http.Range;
        } else {
            set req.http.X-Rucola-Length = resp.http.Content-Length;
            return (synth(416, "The range begins behind the end; there are " + resp.http.Content-Length + " bytes."));
        }
    }
}

sub vcl_synth {
    if (resp.status == 503 && req.http.X-Rucola-Expired == "ask the origin") {
        set req.http.X-Rucola-Expired = "the origin failed";
        return (restart);
    }
    set resp.http.Content-Type = "application/json";
    set resp.http.Cache-Control = "no-store";
    set resp.http.Content-Security-Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";
    set resp.http.X-Content-Type-Options = "nosniff";
    set resp.http.Access-Control-Allow-Origin = "*";
    unset resp.http.X-Varnish;
    if (req.http.X-Rucola-Purged) {
        set resp.http.X-Purged-Objects = req.http.X-Rucola-Purged;
        synthetic({"{"purged":"} + req.http.X-Rucola-Purged + {"}"});
        return (deliver);
    }
    if (resp.status == 405) {
        set resp.http.Allow = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, COPY";
    }
    if (resp.status == 416) {
        set resp.http.Content-Range = "bytes */" + req.http.X-Rucola-Length;
    }
    synthetic({"{"error":{"code":"} + resp.status + {","message":""} + resp.reason + """"},"code":""" +
              resp.status + {","message":""} + resp.reason + """"}""");
    return (deliver);
}

sub vcl_backend_error {
    if (bereq.http.X-Rucola-Expired) {
        return (abandon);
    }
    set beresp.http.Content-Type = "application/json";
    set beresp.http.Cache-Control = "no-store";
    set beresp.http.Retry-After = "5";
    set beresp.http.Content-Security-Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";
    set beresp.http.X-Content-Type-Options = "nosniff";
    set beresp.http.Access-Control-Allow-Origin = "*";
    synthetic("""{"error":{"code":503,"message":"The image server can't be reached; try again."},"code":503,""" +
              """ "message":"The image server can't be reached; try again."}""");
    return (deliver);
}
