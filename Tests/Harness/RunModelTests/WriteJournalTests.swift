import RunModel
import Testing

@Suite("Who wrote what") struct WriteJournalTests {
  private func request(_ method: String, _ path: String, _ number: Int = 1) -> WritingRequest {
    WritingRequest(
      method: method, path: path, service: "s", status: 201, caseID: CaseID(suite: "s", name: "\(number)"),
      requestID: "r\(number)")
  }

  private func found(_ journal: WriteJournal, _ object: String, _ fields: [(String, String?)]) -> [String] {
    journal.requests(for: object, fields.map { Finding.Field($0, $1) }).map {
      "\($0.method) \($0.path) \($0.caseID.name)"
    }
  }

  @Test("a row is known by the id of its table, and by those that it refers to")
  func rows() {
    let journal = WriteJournal()
    journal.note(request("POST", "/orders"), wrote: "orders", "57")
    journal.note(request("POST", "/orders"), wrote: "items", "900")
    journal.note(request("DELETE", "/users/{uid}"), wrote: "users", "ada")
    #expect(found(journal, "orders", [("id", "57")]) == ["POST /orders 1"])
    #expect(found(journal, "public.orders", [("id", "57")]) == ["POST /orders 1"])
    #expect(found(journal, "payments", [("id", "1"), ("order_id", "57")]) == ["POST /orders 1"])
    #expect(
      found(journal, "payments", [("orderId", "57"), ("userUid", "ada")]) == [
        "POST /orders 1", "DELETE /users/{uid} 1",
      ])
    #expect(found(journal, "order_items", [("id", "900")]) == ["POST /orders 1"], "items of orders are their items")
    #expect(found(journal, "orders", [("id", "58")]).isEmpty)
    #expect(found(journal, "products", [("id", "57")]).isEmpty)
    #expect(found(journal, "order_sagas", [("id", "57")]).isEmpty, "the word that counts is the last")
    #expect(found(journal, "orders", [("id", nil), ("total", "57")]).isEmpty)
  }

  @Test("of many requests the first and the last are kept, of each name its own")
  func many() {
    let journal = WriteJournal()
    for number in 1...5 { journal.note(request("PATCH", "/orders/{id}", number), wrote: "orders", "57") }
    journal.note(request("POST", "/purchase-orders", 6), wrote: "purchase-orders", "57")
    #expect(
      found(journal, "orders", [("id", "57")]) == [
        "PATCH /orders/{id} 1", "PATCH /orders/{id} 5", "POST /purchase-orders 6",
      ])
    #expect(found(journal, "purchase_orders", [("id", "57")]).count == 3)
    #expect(found(journal, "sales_orders", [("id", "57")]) == ["PATCH /orders/{id} 1", "PATCH /orders/{id} 5"])
  }

  @Test("a row that names its request is known by it, whatever it is called and whatever the request did")
  func named() {
    let journal = WriteJournal()
    let get = request("GET", "/health", 7)
    journal.note(get)
    journal.note(
      WritingRequest(
        method: "GET", path: "/x", service: "s", status: 200, caseID: CaseID(suite: "s", name: "9"), requestID: nil))
    #expect(journal.requestIDs == ["r7"])
    let row = [Finding.Field("number", "12"), Finding.Field("part", nil)]
    journal.note(row: row, of: "logs", names: "r7")
    journal.note(row: [Finding.Field("number", "13"), Finding.Field("part", nil)], of: "logs", names: "somebody's")
    #expect(journal.requests(for: "logs", row + [Finding.Field("user", "ada")]) == [get])
    #expect(journal.requests(for: "logs", row.reversed()) == [get])
    #expect(found(journal, "logs", [("number", "13"), ("part", nil)]).isEmpty)
    #expect(found(journal, "logs", [("number", "12")]).isEmpty)
    #expect(found(journal, "other", [("number", "12"), ("part", nil)]).isEmpty)
    let post = request("POST", "/users", 8)
    journal.note(post, wrote: "users", "ada")
    #expect(journal.requests(for: "logs", row + [Finding.Field("user_id", "ada")]) == [get, post])
  }

  @Test(
    "what is no name or no id is left out",
    arguments: [("", "1"), ("orders", ""), ("--", "1"), ("orders", String(repeating: "x", count: 300))])
  func nameless(name: String, id: String) {
    let journal = WriteJournal()
    journal.note(request("POST", "/x"), wrote: name, id)
    #expect(found(journal, name, [("id", id)]).isEmpty)
  }

  @Test(
    "names are compared as words in the singular",
    arguments: [
      ("orders", ["order"]), ("orderItems", ["order", "item"]), ("order_items", ["order", "item"]),
      ("categories", ["category"]), ("addresses", ["address"]), ("boxes", ["box"]), ("status", ["statu"]),
      ("bus", ["bus"]), ("API-logs", ["api", "log"]), ("v2Things", ["v2", "thing"]),
    ])
  func words(name: String, words: [String]) {
    #expect(WriteJournal.words(of: name) == words)
  }
}
