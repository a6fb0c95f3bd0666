import DataContract
import FirestoreModel
import RFC3339
import RunModel
import Testing

@testable import Audit

@Suite("What may be done with a row whose key is missing")
struct RepairActionTests {
  private static let recased = KeyGuess(kind: .recased, detail: "d", resembling: "Ada")

  private func action(
    _ wanted: ReferenceTerms.Repair?, _ guess: KeyGuess? = nil, parts: Int = 1, isOptional: Bool = true,
    _ possible: RepairAction.Possibilities = RepairAction.Possibilities()
  ) -> String {
    do throws(RepairAction.Refusal) {
      return "\(try RepairAction(wanted, guess, parts: parts, isOptional: isOptional, possible))"
    } catch {
      return error.reason
    }
  }

  @Test("what the contract asks for is done where the store allows it")
  func asked() {
    #expect(action(.clear, isOptional: false) == "clear")
    #expect(action(.delete, Self.recased) == "delete")
    #expect(action(ReferenceTerms.Repair.none) == "the contract says concord.repair: none")
    #expect(action(.clear, nil, .init(unchangeable: "c", unclearable: "n")) == "c")
    #expect(action(.clear, nil, .init(unclearable: "n")) == "n")
    #expect(action(.delete, nil, .init(unchangeable: "c", undeletable: "d")) == "d")
  }

  @Test("where it asks for nothing, nothing is lost")
  func unasked() {
    #expect(action(nil) == "clear")
    #expect(action(nil, Self.recased) == "set(Ada)")
    #expect(action(nil, KeyGuess(kind: .truncated, detail: "d", resembling: "Ada")) == "clear")
    let silence = "the contract does not say what is to become of such a row; concord.repair: clear or delete does"
    #expect(action(nil, isOptional: false) == silence)
    #expect(action(nil, parts: 2) == silence)
    #expect(action(nil, Self.recased, parts: 2) == silence)
    #expect(action(nil, Self.recased, .init(unchangeable: "c")) == silence)
    #expect(action(nil, nil, .init(unclearable: "n")) == silence)
  }

  @Test("a key that exists by now needs nothing")
  func late() {
    #expect(action(.delete, KeyGuess(kind: .late, detail: "d")) == "the key exists by now")
  }
}

@Suite("Repair plans as files")
struct RepairPlanTests {
  @Test("texts stay in the comment, the cell and the code that they are shown in")
  func texts() {
    #expect(RepairText.line("a\nDROP TABLE x;\u{2028}\u{202E}b") == "a�DROP TABLE x;��b")
    #expect(RepairText.line(String(repeating: "x", count: 400)).count == 300)
    #expect(
      RepairText.markdown("user_uid _x_ <b>|[l](http://e)`\\")
        == "user_uid \\_x\\_ \\<b\\>\\|\\[l\\](http\\://e)\\`\\\\")
    #expect(RepairText.code("a ``b` c") == "``` a ``b` c ```")
  }

  private func rule(_ id: String, remedy: String? = nil) throws -> RuleDescription {
    RuleDescription(
      id: try #require(RuleID(id)), title: "every order\nhas a user", kind: .quality(metric: "sql"), severity: .error,
      subject: DataLocation(store: "order-db", object: "orders", fields: ["uid"]), filter: nil, source: nil,
      remedy: remedy)
  }

  private func document(_ id: String) throws -> DocumentRepair {
    let name = try DocumentName(parsing: "projects/p/databases/(default)/documents/sessions/\(id)")
    return DocumentRepair(
      store: "user-store", what: "remove documents of sessions",
      write: .delete(name, currentDocument: .updateTime(Timestamp(seconds: 1_700_000_000, nanoseconds: 5000))),
      undo: .create(name, ["uid": .string("gone")]))
  }

  @Test("each store has a file and its undo, and a page tells what they do and what is left")
  func files() throws {
    let plan = RepairPlan(rules: [
      RuleRepairs(
        rule: try rule("orders-have-users"),
        statements: [
          TableRepair(
            store: "order-db", what: "take uid out of rows of orders", rowCount: 2, statement: "UPDATE a;",
            undo: "UPDATE b;", triggers: ["audit\nDROP"])
        ], byHand: [ManualRepair(rowCount: 1, reason: "'uid' is never NULL", query: "SELECT `1`;")], leftOut: 7),
      RuleRepairs(rule: try rule("sessions-have-users", remedy: "Ask #ops"), documents: [try document("s1")]),
    ])
    #expect(plan.rowCount == 3)
    #expect(plan.byHandCount == 8)
    let files = plan.files(at: Timestamp(seconds: 1_800_000_000, nanoseconds: 0))
    #expect(
      files.map(\.name) == [
        "plan.md", "order-db.sql", "order-db.undo.sql", "user-store.json", "user-store.undo.json",
      ])
    #expect(
      files[0].text == """
        # Repair plan

        As Concord found the stores at 2027-01-15T08:00:00Z. **Nothing of it was executed.** The files hold data of the stores.

        | rule | store | repair | rows | file |
        |---|---|---|---:|---|
        | orders-have-users | order-db | take uid out of rows of orders | 2 | order-db.sql |
        | sessions-have-users | user-store | remove documents of sessions | 1 | user-store.json |

        Scripts for PostgreSQL are dry runs until ROLLBACK is replaced by COMMIT, rule by rule. Bodies for Firestore are
        for `POST …/documents:batchWrite`, which answers for each write by itself. Both change only what is still as it was
        seen; run the audit again afterwards, since what is removed may be referred to.

        ## By hand

        - orders-have-users: 1 row; 'uid' is never NULL
          `` SELECT `1`; ``
        - orders-have-users: 7 rows more than one plan holds; make another when this one is done

        """)
    #expect(
      files[1].text == """
        -- What would repair order-db, as Concord found it at 2027-01-15T08:00:00Z. Nothing of it was executed.
        --
        -- It is a dry run: every rule ends with ROLLBACK. Read it, write COMMIT where it is right, and run it with
        --   psql -v ON_ERROR_STOP=1 -f order-db.sql
        -- A row is changed only if it is still the version that was seen; UPDATE and DELETE tell how many there were.
        -- order-db.undo.sql has the rows as they were. It holds their data: keep it as you keep the data.

        -- orders-have-users: every order�has a user
        BEGIN;
        SET LOCAL lock_timeout = '5s';
        -- Triggers see it, and an undo does not take back what they do: audit�DROP
        -- take uid out of rows of orders: 2
        UPDATE a;
        ROLLBACK;

        """)
    #expect(files[2].text.hasSuffix("-- take uid out of rows of orders: 2\nUPDATE b;\nROLLBACK;\n"))
    #expect(
      files[3].text == """
        {
          "writes": [
            {
              "delete": "projects/p/databases/(default)/documents/sessions/s1",
              "currentDocument": {
                "updateTime": "2023-11-14T22:13:20.000005Z"
              }
            }
          ]
        }

        """)
    #expect(files[4].text.contains("\"exists\": false"))
  }

  @Test("a request holds 500 writes, and no document twice: what two rules would repair, the second does next time")
  func requests() throws {
    let contract = Contracts.contract(
      "orders", server: "order-db", type: "postgres",
      """
        - name: orders
          properties:
            - {name: id, quality: [{id: one, metric: nullValues, mustBe: 0}, {id: two, metric: nullValues, mustBe: 0}]}
      """)
    let rules = try #require(Contracts.load(["orders.yaml": contract]).0)
    let book = RepairBook()
    book.add(RuleRepairs(rule: try rule("two"), documents: [try document("s7")]))
    book.add(RuleRepairs(rule: try rule("one"), documents: try (1...501).map { try document("s\($0)") }))
    let plan = book.plan(of: rules)
    #expect(plan.rowCount == 501)
    #expect(plan.byHandCount == 1)
    let files = plan.files(at: Timestamp(seconds: 0, nanoseconds: 0))
    #expect(
      files.map(\.name) == [
        "plan.md", "user-store.1.json", "user-store.1.undo.json", "user-store.2.json", "user-store.2.undo.json",
      ])
    #expect(files[1].text.split(separator: "\"delete\"").count - 1 == 500)
    #expect(files[3].text.split(separator: "\"delete\"").count - 1 == 1)
    #expect(files[0].text.contains("| 501 | user-store.1.json, user-store.2.json |"))
    #expect(files[0].text.contains("- two: 1 row more than one plan holds"))
  }
}
