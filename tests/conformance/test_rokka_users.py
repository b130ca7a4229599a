"""The npm package `rokka`, unchanged: users, keys, tokens, members, organizations."""

from datetime import datetime, timezone

from harness.server import Rucola

from rokka_client import upload


def test_options_of_an_organization(rokka):
    rokka.must("organizations.setOptions", rokka.org,
               {"protect_dynamic_stack": True, "remote_basepath": "https://example.com"})
    rokka.must("organizations.setOption", rokka.org, "protect_dynamic_stack", False)
    rokka.must("organizations.setOption", rokka.org, "remote_basepath", "https://images.example/")
    options = rokka.must("organizations.get", rokka.org).body["options"]
    assert options == {"protect_dynamic_stack": False, "remote_basepath": "https://images.example/"}


def test_the_keys_of_the_user(rokka, server):
    user = rokka.must("user.get").body
    assert rokka.must("user.getId").result == user["user_id"]
    added = rokka.must("user.addApiKey", "some comment").body
    assert added["comment"] == "some comment" and added["api_key"]
    assert [key["id"] for key in rokka.must("user.listApiKeys").body] == [user["api_keys"][0]["id"], added["id"]]
    assert rokka.must("user.getCurrentApiKey").body["id"] == user["api_keys"][0]["id"]
    assert server.anonymous(rokka.org).with_key(added["api_key"]).images().status_code == 200
    rokka.must("user.deleteApiKey", added["id"])
    assert server.anonymous(rokka.org).with_key(added["api_key"]).images().status_code == 403


def test_the_members_of_an_organization(rokka, connect, server):
    made = rokka.must("memberships.createWithNewUser", rokka.org, ["read"], "New user for something").body
    assert made["roles"] == ["read"] and made["comment"] == "New user for something"
    assert [item["user_id"] for item in rokka.must("memberships.list", rokka.org).body["items"]][1:] == [made["user_id"]]
    assert rokka.must("memberships.create", rokka.org, made["user_id"], "write").body["roles"] == ["write"]
    assert rokka.must("memberships.get", rokka.org, made["user_id"]).body["roles"] == ["write"]
    assert rokka.must("memberships.delete", rokka.org, made["user_id"]).status == 204
    assert rokka.call("memberships.delete", rokka.org, rokka.must("user.getId").result).status == 409


def test_an_organization_is_made(rokka):
    name = f"{rokka.org}-new"
    made = rokka.must("organizations.create", name, "billing@example.org", "Organization Inc.")
    assert (made.status, made.body["name"], made.body["display_name"]) == (200, name, "Organization Inc.")
    assert rokka.must("organizations.get", name).body == made.body
    assert rokka.must("sourceimages.list", name).body["total"] == 0
    again = rokka.call("organizations.create", name, "billing@example.org", "Organization Inc.")
    assert again.thrown and again.status == 409


def test_a_user_signs_up_where_that_is_allowed(connect, rokka):
    closed = rokka.call("users.create", "user@example.org", "rokka-js-tests-new")
    assert closed.thrown and closed.status == 403
    with Rucola(config="[api]\nsign_up = true\n") as server:
        client = connect(server.anonymous("rokka-js-tests-new"), apiHost=server.url)
        made = client.must("users.create", "user@example.org", "rokka-js-tests-new").body
        assert made["email"] == "user@example.org"
        own = connect(server.anonymous("rokka-js-tests-new").with_key(made["api_key"]), apiHost=server.url)
        assert own.must("users.getId").result == made["id"]
        assert own.must("organizations.get", "rokka-js-tests-new").body["billing_email"] == "user@example.org"
        assert client.must("users.create", "other@example.org").body["email"] == "other@example.org"


def test_a_token_takes_the_keys_place(connect, new_org):
    client = connect(new_org, keepsToken=True)
    got = client.must("user.getNewToken", new_org.key, {"expires_in": 7200, "renewable": True})
    assert client.must("user.getToken").result == got.body["token"]
    assert 7100 < client.must("user.getTokenIsValidFor").result <= 7200
    assert client.must("user.isTokenExpiring").result is False
    bearer = connect(new_org, apiKey="0" * 64, keepsToken=True)
    bearer.must("user.setToken", got.body["token"])
    assert bearer.must("sourceimages.list", new_org.organization).body["total"] == 0
    renewed = bearer.must("user.getNewToken", None, {"expires_in": 3700})
    assert renewed.body["payload"]["expt"] == 3700
    assert bearer.must("sourceimages.list", new_org.organization).body["total"] == 0


def test_a_token_that_is_over(connect, new_org):
    client = connect(new_org, apiKey=None, keepsToken=True)
    client.must("user.setToken", "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJleHAiOjk5OTk5OTk5OTl9.c2lnbmF0dXJl")
    answer = client.call("sourceimages.list", new_org.organization)
    assert answer.thrown and answer.status == 401
    assert not client.must("user.getToken").result, "the package forgets a token that is not valid"


def test_a_wrong_key(connect, new_org):
    client = connect(new_org.with_key("0" * 64))
    answer = client.call("sourceimages.list", new_org.organization)
    assert answer.thrown and answer.status == 403
    assert answer.error["error"]["message"] and answer.error["invalid_authentication"] is True


def test_what_an_organization_uses(rokka):
    """Without days the package asks for ?from&to."""
    upload(rokka)
    day = datetime.now(timezone.utc).date().isoformat()
    for days in ([], [day, day]):
        stats = rokka.must("stats.get", rokka.org, *days).body
        assert [entry["value"] for entry in stats["number_of_files"]][0] == 1
        assert stats["number_of_files"][0]["timestamp"].endswith("T00:00:00+00:00")
    for days in ([], [day], [day, day]):
        bill = rokka.must("billing.get", rokka.org, *days).body
        assert bill[rokka.org][day[:7]]["combined"]["storage"]["total"]["unit"] == "GB"
    refused = rokka.call("stats.get", rokka.org, "yesterday")
    assert refused.thrown and refused.status == 400
