import Testing

@testable import Audit

@Suite("SQL of data contracts")
struct SQLTextTests {
  @Test(
    "semicolons and comments at the end are left out",
    arguments: [
      "SELECT 1", "SELECT 1;", "  SELECT 1 ;; \n", "SELECT 1 -- the end", "SELECT 1; -- the end",
      "SELECT 1 /* the /* inner */ end */ ;", "-- first\nSELECT 1\n-- last",
    ])
  func ends(text: String) throws {
    #expect(try SQLText(query: text).text == "SELECT 1")
  }

  @Test(
    "what looks like an end inside of strings, names and comments is none",
    arguments: [
      "SELECT ';'", "SELECT 'it''s; -- fine'", "SELECT E'\\'; --'", "SELECT \";\"", "SELECT $$;)$$",
      "SELECT $a$ $$;( $a$",
      "SELECT 1 /* ;) */ + 1", "SELECT nameE';'", "SELECT a FROM t -- (\nWHERE b", "WITH x AS (SELECT 1) TABLE x",
      "(SELECT 1) UNION (SELECT 2)", "select 'é;' || \"ü\"", "VALUES (1), (2)", "SELECT a$1 FROM t",
    ])
  func whole(text: String) throws {
    #expect(try SQLText(query: text).text == text)
  }

  @Test(
    "a text that is not closed in itself is refused",
    arguments: [
      ("SELECT 1; DROP TABLE t", "the SQL has more than one statement"),
      ("SELECT 1) AS x; DROP TABLE t; --", "the SQL closes a bracket that it did not open"),
      ("SELECT 1) AS x UNION (SELECT 2", "the SQL closes a bracket that it did not open"),
      ("SELECT (1", "the SQL leaves a bracket open"),
      ("SELECT 'a", "a string in the SQL is not closed"),
      ("SELECT E'a\\'", "a string in the SQL is not closed"),
      ("SELECT \"a", "a name in the SQL is not closed"),
      ("SELECT $x$ $$", "a string in the SQL is not closed"),
      ("SELECT 1 /* /* */", "a comment in the SQL is not closed"),
      ("SELECT $1", "the SQL has the parameter '$1'"),
      ("SELECT 1 + $", "the SQL has the parameter '$'"),
      ("SELECT ${objct}", "the SQL has the unknown placeholder '${objct}'"),
      (" -- nothing", "the SQL is empty"), (";", "the SQL is empty"),
      ("DELETE FROM t", "the SQL does not start with SELECT but with 'DELETE'"),
      ("(DELETE FROM t)", "the SQL does not start with SELECT but with 'DELETE'"),
      ("'SELECT'", "the SQL does not start with SELECT but with ''SELECT''"),
    ])
  func refused(text: String, message: String) {
    #expect { try SQLText(query: text) } throws: { ($0 as? SQLText.Problem)?.message == message }
  }

  @Test("a condition need not start with SELECT")
  func condition() throws {
    #expect(try SQLText(condition: "deleted_at IS NULL -- still there").text == "deleted_at IS NULL")
    #expect(throws: SQLText.Problem.self) { try SQLText(condition: "a) OR (b") }
  }

  @Test(
    "a condition that asks for the time, for other rows or for what is not known is about more than a row",
    arguments: [
      ("gone", true), ("(gone) IS NOT TRUE", true), ("status IN ('a', 'b') AND NOT (deleted)", true),
      ("coalesce(status, '') <> 'x' OR upper( name ) = 'Y'", true), ("\"Gone At\" IS NULL and (a or (b))", true),
      ("gone_at <= now()", false), ("gone_at <= now ()", false), ("gone_at < CURRENT_DATE", false),
      ("gone_at < 'today'::date", false), ("pg_catalog.clock_timestamp() > gone_at", false),
      ("\"now\"() > gone_at", false), ("EXISTS (SELECT FROM others)", false), ("is_gone(id)", false),
      ("id IN (TABLE others)", false),
    ])
  func aboutRowOnly(text: String, isIt: Bool) throws {
    #expect(try SQLText(condition: text).isAboutRowOnly == isIt)
  }

  @Test("SQL of several lines is shown on one, unless a comment would swallow the rest")
  func oneLine() throws {
    #expect(try SQLText(query: "SELECT a\n    FROM t\r\n\n  WHERE b").oneLine == "SELECT a FROM t WHERE b")
    #expect(try SQLText(query: "SELECT a -- first\nFROM t").oneLine == "SELECT a -- first\nFROM t")
  }

  @Test("the placeholders of the standard become names, bare where they stand in quotes of their own")
  func placeholders() throws {
    let names = SQLPlaceholders(object: "\"Orders\"", property: "user id")
    let example = "SELECT COUNT(*) FROM ${object} WHERE ${property} IS NOT NULL AND '${property}' = \"${property}\""
    #expect(
      try names.replaced(in: example)
        == "SELECT COUNT(*) FROM \"Orders\" WHERE \"user id\" IS NOT NULL AND 'user id' = \"user id\"")
    #expect(try names.replaced(in: "SELECT '${other}'") == "SELECT '${other}'")
  }

  @Test("the placeholder of a property needs a rule about one")
  func placeholderOfNothing() {
    let names = SQLPlaceholders(object: "\"orders\"", property: nil)
    #expect { try names.replaced(in: "SELECT ${property}") } throws: { error in
      (error as? SQLText.Problem)?.remedy == "declare the rule at the property"
    }
  }
}
