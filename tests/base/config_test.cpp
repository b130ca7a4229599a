#include "base/config.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "result_matchers.h"

namespace rucola::config {
namespace {

using test::FailsWith;
using test::Succeeds;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

struct Sample {
  std::int64_t workers = 4;
  std::chrono::seconds timeout{30};
  std::int64_t memory = 256 << 20;
  bool enabled = false;
  std::string name = "nobody";
  std::string secret;
  std::string format = "text";
  std::vector<std::string> hosts = {"a", "b"};
};

class Config : public testing::Test {
 protected:
  Config() {
    auto section = table.section("sample");
    section.integer("workers", sample.workers, {0, 256}, "workers", "How many.");
    section.seconds("timeout", sample.timeout, {1, 3600}, "How long.");
    section.bytes("memory", sample.memory, {0, std::int64_t{1} << 40}, "How much.");
    section.boolean("enabled", sample.enabled, "Whether.");
    section.text("name", sample.name, "Who.");
    section.secret("secret", sample.secret, "Psst.");
    section.choice("format", sample.format, {"text", "json"}, "Which.");
    section.list("hosts", sample.hosts, "Where.");
  }
  ~Config() override {
    for (const char* variable : {"RUCOLA_SAMPLE_WORKERS", "RUCOLA_SAMPLE_WORKER", "RUCOLA_ELSEWHERE"}) {
      ::unsetenv(variable);
    }
  }

  [[nodiscard]] const Parameter& parameter(std::string_view name) const {
    for (const Parameter* found : table.parameters()) {
      if (found->name() == name) return *found;
    }
    throw std::runtime_error("no parameter " + std::string(name));
  }
  Result<void> load(std::string_view toml) { return table.load_toml(toml, "test.toml"); }
  std::string refusal(std::string_view toml) {
    const auto loaded = load(toml);
    EXPECT_THAT(loaded, FailsWith(ErrorCode::bad_request)) << toml;
    return loaded ? std::string() : loaded.error().message.text;
  }

  Sample sample;
  Table table;
};

TEST_F(Config, KnowsEachParametersDefaultAndDocumentation) {
  const Parameter& workers = parameter("sample.workers");
  EXPECT_EQ(workers.default_value, "4");
  EXPECT_EQ(workers.get(), "4");
  EXPECT_EQ(workers.origin, "default");
  EXPECT_EQ(workers.unit, "workers");
  EXPECT_EQ(workers.prose, "How many.");
  EXPECT_THAT(workers.allowed, AllOf(HasSubstr("0"), HasSubstr("256")));
  EXPECT_EQ(workers.environment_variable(), "RUCOLA_SAMPLE_WORKERS");
  EXPECT_EQ(parameter("sample.memory").default_value, "256MiB");
  EXPECT_EQ(parameter("sample.hosts").default_value, "a,b");
}

TEST_F(Config, ReadsEveryKindOfValue) {
  ASSERT_THAT(load("[sample]\nworkers = 8\ntimeout = 60\nmemory = \"1GiB\"\nenabled = true\nname = \"ann\"\n"
                   "secret = \"s\"\nformat = \"json\"\nhosts = [\"x\", \"y\", \"z\"]\n"),
              Succeeds());
  EXPECT_EQ(sample.workers, 8);
  EXPECT_EQ(sample.timeout, std::chrono::seconds{60});
  EXPECT_EQ(sample.memory, 1 << 30);
  EXPECT_TRUE(sample.enabled);
  EXPECT_EQ(sample.name, "ann");
  EXPECT_EQ(sample.secret, "s");
  EXPECT_EQ(sample.format, "json");
  EXPECT_THAT(sample.hosts, ElementsAre("x", "y", "z"));
  EXPECT_THAT(parameter("sample.workers").origin, HasSubstr("test.toml:2"));
}

TEST_F(Config, UnderstandsSizes) {
  for (const auto& [text, bytes] : std::vector<std::pair<std::string, std::int64_t>>{
           {"0", 0}, {"100", 100}, {"1KiB", 1024}, {"64MiB", 64 << 20}, {"1TiB", std::int64_t{1} << 40}}) {
    ASSERT_THAT(table.set("sample.memory", text, "test"), Succeeds()) << text;
    EXPECT_EQ(sample.memory, bytes) << text;
  }
  for (const char* bad : {"", "MiB", "1.5GiB", "-1", "1 GiB", "1GB", "2TiB", "99999999999TiB", "0x10"}) {
    EXPECT_THAT(table.set("sample.memory", bad, "test"), FailsWith(ErrorCode::bad_request)) << bad;
  }
}

TEST_F(Config, RefusesBadValuesWithWhatIsAllowed) {
  EXPECT_THAT(refusal("[sample]\nworkers = 257\n"), AllOf(HasSubstr("sample.workers"), HasSubstr("257"),
                                                          HasSubstr("0 to 256"), HasSubstr("test.toml:2")));
  EXPECT_THAT(refusal("[sample]\nworkers = \"many\"\n"), HasSubstr("sample.workers"));
  EXPECT_THAT(refusal("[sample]\ntimeout = 0\n"), HasSubstr("sample.timeout"));
  EXPECT_THAT(refusal("[sample]\nenabled = \"maybe\"\n"), HasSubstr("true or false"));
  EXPECT_THAT(refusal("[sample]\nformat = \"xml\"\n"), HasSubstr("text, json"));
  EXPECT_EQ(sample.workers, 4);
  EXPECT_EQ(sample.format, "text");
}

TEST_F(Config, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(refusal("[sample]\nworker = 1\n"), HasSubstr("sample.worker"));
  EXPECT_THAT(refusal("[simple]\nworkers = 1\n"), HasSubstr("simple.workers"));
  EXPECT_THAT(refusal("workers = 1\n"), HasSubstr("workers"));
  EXPECT_THAT(refusal("[[sample]]\nworkers = 1\n"), HasSubstr("[[sample]]"));
  EXPECT_THAT(refusal("[sample]\nworkers = 2024-01-01\n"), HasSubstr("sample.workers"));
  EXPECT_THAT(refusal("[sample\n"), HasSubstr("test.toml:1"));
  EXPECT_THAT(table.set("sample.nothing", "1", "--nothing"), FailsWith(ErrorCode::bad_request));
}

TEST_F(Config, TheEnvironmentWinsOverTheFileAndFlagsOverBoth) {
  ASSERT_THAT(load("[sample]\nworkers = 8\n"), Succeeds());
  ::setenv("RUCOLA_SAMPLE_WORKERS", "9", 1);
  ASSERT_THAT(table.load_environment({}), Succeeds());
  EXPECT_EQ(sample.workers, 9);
  EXPECT_EQ(parameter("sample.workers").origin, "RUCOLA_SAMPLE_WORKERS");
  ASSERT_THAT(table.set("sample.workers", "10", "--workers"), Succeeds());
  EXPECT_EQ(sample.workers, 10);
  EXPECT_EQ(parameter("sample.workers").origin, "--workers");
}

TEST_F(Config, AMisspeltVariableIsAnErrorUnlessSomebodyElseReadsIt) {
  ::setenv("RUCOLA_ELSEWHERE", "x", 1);
  EXPECT_THAT(table.load_environment({"RUCOLA_ELSEWHERE"}), Succeeds());
  ::setenv("RUCOLA_SAMPLE_WORKER", "9", 1);
  const auto loaded = table.load_environment({"RUCOLA_ELSEWHERE"});
  ASSERT_THAT(loaded, FailsWith(ErrorCode::bad_request));
  EXPECT_THAT(loaded.error().message.text, HasSubstr("RUCOLA_SAMPLE_WORKER"));
}

TEST_F(Config, SecretsAreNotShown) {
  EXPECT_EQ(parameter("sample.secret").get(), "(not set)");
  ASSERT_THAT(load("[sample]\nsecret = \"hunter2\"\n"), Succeeds());
  EXPECT_EQ(parameter("sample.secret").get(), "(set)");
  EXPECT_TRUE(parameter("sample.secret").secret);
}

class ConfigRepeated : public testing::Test {
 protected:
  ConfigRepeated() {
    table.repeated(
        "cdn",
        {{"near",
          [&](Table::Section& section) {
            section.integer("port", ports.emplace_back(80), {1, 65535}, "", "Which.");
          }},
         {"far", [&](Table::Section& section) { section.text("url", urls.emplace_back(), "Where."); }}});
  }
  std::string refusal(const std::string& document) {
    const auto loaded = table.load_toml(document, "test.toml");
    EXPECT_THAT(loaded, FailsWith(ErrorCode::bad_request));
    return loaded ? "" : loaded.error().message.text;
  }

  std::deque<std::int64_t> ports;
  std::deque<std::string> urls;
  Table table;
};

TEST_F(ConfigRepeated, EachEntryHasTheSettingsOfItsKind) {
  EXPECT_TRUE(table.parameters().empty());
  ASSERT_THAT(table.load_toml("[[cdn]]\nkind = \"near\"\n[[cdn]]\nkind = \"far\"\nurl = \"two\"\n"
                              "[[cdn]]\nport = 8080\nkind = \"near\"\n",
                              "test.toml"),
              Succeeds());
  EXPECT_THAT(ports, testing::ElementsAre(80, 8080));
  EXPECT_THAT(urls, testing::ElementsAre("two"));
  ASSERT_EQ(table.parameters().size(), 6U);
  EXPECT_EQ(table.parameters()[0]->get(), "near");
  EXPECT_EQ(table.parameters()[0]->origin, "test.toml:2");
  EXPECT_EQ(table.parameters()[3]->entry_kind, "far");
  EXPECT_EQ(table.parameters()[5]->entry, 2U);
}

TEST_F(ConfigRepeated, AKindThatIsMissingOrUnknownIsRefusedWithThoseThereAre) {
  EXPECT_THAT(refusal("[[cdn]]\nurl = \"one\"\n"),
              testing::AllOf(HasSubstr("cdn.kind is missing"), HasSubstr("near, far")));
  EXPECT_THAT(refusal("[[cdn]]\nkind = \"else\"\n"),
              testing::AllOf(HasSubstr("\"else\""), HasSubstr("near, far")));
  EXPECT_THAT(refusal("[[cdn]]\nkind = {}\n"), HasSubstr("must be a text"));
}

TEST_F(ConfigRepeated, AKeyOfAnotherKindIsUnknown) {
  EXPECT_THAT(refusal("[[cdn]]\nkind = \"near\"\nurl = \"one\"\n"), HasSubstr("cdn.url"));
}

TEST_F(ConfigRepeated, TheDocumentationShowsEveryKind) {
  table.add_sample_entries();
  ASSERT_EQ(table.parameters().size(), 4U);
  EXPECT_EQ(table.parameters()[1]->key, "port");
  EXPECT_EQ(table.parameters()[3]->key, "url");
}

TEST(ParameterTest, WhatIsPrintedCanBeReadBack) {
  std::int64_t number = 7;
  std::int64_t size = std::int64_t{64} << 20;
  bool flag = true;
  std::string text = "a \"quoted\" back\\slash";
  std::vector<std::string> items{"10.0.0.0/8", "::1/128"};
  Table table;
  auto section = table.section("s");
  section.integer("number", number, {0, 10}, "", "");
  section.bytes("size", size, {0, std::int64_t{1} << 40}, "");
  section.boolean("flag", flag, "");
  section.text("text", text, "");
  section.list("items", items, "");
  std::string document = "[s]\n";
  for (const Parameter* parameter : table.parameters()) {
    document += parameter->key + " = " + parameter->toml_value() + "\n";
  }
  const auto text_before = text;
  const auto items_before = items;
  text.clear();
  items.clear();
  number = 0;
  const auto loaded = table.load_toml(document, "printed");
  ASSERT_TRUE(loaded) << loaded.error().message.text << "\n" << document;
  EXPECT_EQ(number, 7);
  EXPECT_EQ(text, text_before);
  EXPECT_EQ(items, items_before);
  EXPECT_EQ(size, std::int64_t{64} << 20);
}

}  // namespace
}  // namespace rucola::config
