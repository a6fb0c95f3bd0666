import FaultRelay
import JSON

/// Runs one cell of the matrix on a stack: sets the scene, acts while something fails, heals, waits, and judges.
struct CellRun {
  let cell: Cell
  let stack: MarketplaceStack
  let buyer: Buyer
  let key: String

  /// What is there before the buyer acts.
  private struct Scene {
    let newestOrder: Int
    let stock: [Int: Int]
    var order: Answer?
    var payment: Answer?
  }

  /// What happened, in one line, and everything that is wrong with it.
  struct Verdict: Sendable {
    var account: String
    var problems: [String] = []
  }

  func run() async throws -> Verdict {
    let scene = try await prepare()
    let relay = stack.relay(cell.step.link.dependency)
    if cell.operation == .failingCreation {
      stack.relay(.productService).set(
        Trap(["POST /products/2/decrement-stock"], .answer(status: 500), springsOnce: false))
    }
    let trap = relay.set(cell.failure.trap(cell.step.texts, on: cell.step.link, of: stack))
    let answer = await act(scene)
    var verdict = Verdict(account: answer.map { "\($0.status)" } ?? "no answer")
    if relay.springs(of: trap) == 0 { verdict.problems.append("the step was never taken") }
    try await heal(relay)
    try await judge(answer, scene, &verdict)
    try await tryAgain(answer, scene, &verdict)
    return verdict
  }

  private func prepare() async throws -> Scene {
    var scene = Scene(newestOrder: try await stack.ledger.newestOrder(), stock: try await stack.ledger.stock())
    if cell.operation != .creation, cell.operation != .failingCreation {
      scene.order = try await certainly("order") { await buyer.order(key: "\(key)-scene") }
    }
    if let order = scene.order, cell.operation != .payment {
      scene.payment = try await certainly("pay") { await buyer.pay(order, key: "\(key)-scene") }
    }
    // Fresh processes have no statement prepared, so the texts of all statements pass the relay once more.
    if cell.step.link.caller != .orderService { try await stack.replace(cell.step.link.caller) }
    try await stack.replace(.orderService)
    try await stack.awaitReadiness()
    return scene
  }

  private func certainly(_ what: String, _ send: () async -> Answer?) async throws -> Answer {
    var last: Answer?
    try await stack.poll("the buyer can \(what)") {
      last = await send()
      return last?.status == 201
    }
    guard let last else { throw StackFailure(description: "no answer to \(what)") }
    return last
  }

  private func act(_ scene: Scene) async -> Answer? {
    switch cell.operation {
    case .creation, .failingCreation: await buyer.order(key: key)
    case .cancellation: await buyer.cancel(scene.order?.id ?? 0)
    case .payment: if let order = scene.order { await buyer.pay(order, key: key) } else { nil }
    case .refund: await buyer.refund(scene.payment?.id ?? 0, key: key)
    }
  }

  private func heal(_ relay: Relay) async throws {
    stack.relay(.productService).resume()
    relay.resume()
    try await stack.restartDead()
    if cell.failure == .hangsAndActsLate {
      // Everything is settled without it, and then it comes.
      try await stack.awaitQuiet()
      try await relay.releaseLate()
    }
    relay.release()
    try await stack.awaitQuiet()
  }

  // MARK: Judging

  /// Whether what was done and what the buyer was told agree, and everything else besides.
  private func judge(_ answer: Answer?, _ scene: Scene, _ verdict: inout Verdict) async throws {
    switch answer?.status {
    case nil where cell.mayLoseAnswer, 200, 201, 503: break
    case nil: verdict.problems.append("the answer was lost")
    case let status?: verdict.problems.append("\(status) is no answer to a failing dependency")
    }
    let done = answer.map { (200..<300).contains($0.status) } ?? false
    let effect = try await effect(since: scene)
    if done, effect.isNone { verdict.problems.append("answered as done, and nothing is there") }
    if !done, !effect.isNone, !cell.mayActUnanswered || cell.operation == .failingCreation {
      verdict.problems.append("answered as refused, and \(effect.account)")
    }
    if done, case .creation = cell.operation, effect.orders != [answer?.id] {
      verdict.problems.append("order \(answer?.id ?? 0) was answered, but \(effect.account)")
    }
    verdict.account += ", \(effect.account)"
    verdict.problems += try await stack.ledger.inconsistencies().map { "before trying again: \($0)" }
  }

  /// What the buyer's request came to.
  private struct Effect {
    var orders: [Int?] = []
    var isNone: Bool { orders.isEmpty }
    let account: String
  }

  private func effect(since scene: Scene) async throws -> Effect {
    let orders = try await stack.ledger.orders(after: scene.newestOrder)
    let affected =
      switch cell.operation {
      case .creation, .failingCreation: orders.filter(\.stands)
      case .cancellation, .refund: orders.filter { !$0.stands }
      case .payment: orders.filter { $0.status == "PAID" }
      }
    return Effect(
      orders: affected.map(\.id),
      account: affected.isEmpty
        ? "no effect" : "order \(affected.map { "\($0.id) \($0.status)" }.joined(separator: ", "))")
  }

  /// The buyer sends the same again until it is answered, and in the end it has happened exactly once.
  private func tryAgain(_ first: Answer?, _ scene: Scene, _ verdict: inout Verdict) async throws {
    let wasDone = try await !effect(since: scene).isNone
    var again: Answer?
    try await stack.poll("trying again is answered") {
      again = await act(scene)
      return again.map { $0.status < 500 && $0.body["type"]?.stringValue?.hasSuffix("order-being-placed") != true }
        ?? false
    }
    try await stack.awaitQuiet()
    guard let again else { return }
    verdict.account += ", again \(again.status)"
    let expected: Int
    switch cell.operation {
    case .creation, .failingCreation: expected = 201
    case .payment: expected = 201
    case .refund: expected = 200
    case .cancellation: expected = wasDone ? 409 : 200
    }
    if again.status != expected { verdict.problems.append("trying again: \(again.status) instead of \(expected)") }
    if let id = first?.id, first?.status == 201, again.status == 201, again.id != id {
      verdict.problems.append("trying again made \(again.id ?? 0), after \(id)")
    }
    try await judgeEnd(scene, &verdict)
  }

  private func judgeEnd(_ scene: Scene, _ verdict: inout Verdict) async throws {
    let orders = try await stack.ledger.orders(after: scene.newestOrder)
    let effect = try await effect(since: scene)
    if effect.orders.count != 1 { verdict.problems.append("in the end there is \(effect.account)") }
    let standing = orders.filter(\.stands)
    let payments = orders.flatMap(\.payments)
    let expected: (standing: Int, payments: [String])
    switch cell.operation {
    case .creation, .failingCreation: expected = (1, [])
    case .payment: expected = (1, ["COMPLETED"])
    case .cancellation, .refund: expected = (0, ["REFUNDED"])
    }
    if standing.count != expected.standing { verdict.problems.append("\(standing.count) orders stand") }
    if payments != expected.payments { verdict.problems.append("the payments are \(payments)") }
    let stock = try await stack.ledger.stock()
    for (product, quantity) in Buyer.lines {
      let left = (scene.stock[product] ?? 0) - quantity * expected.standing
      if stock[product] != left {
        verdict.problems.append("product \(product) has \(stock[product] ?? 0) left instead of \(left)")
      }
    }
    verdict.problems += try await stack.ledger.inconsistencies()
  }
}
