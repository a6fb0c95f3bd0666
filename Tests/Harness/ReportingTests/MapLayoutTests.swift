import RunModel
import Testing

@testable import Reporting

@Suite("The map of stores") struct MapLayoutTests {
  private func reference(_ index: Int, _ from: (String, String), _ to: (String, String)) throws -> RuleDescription {
    RuleDescription(
      id: try #require(RuleID("rule-\(index)")), title: "t",
      kind: .reference(to: DataLocation(store: to.0, object: to.1, fields: ["id"])), severity: .error,
      subject: DataLocation(store: from.0, object: from.1, fields: ["x"]), filter: nil, source: nil, remedy: nil)
  }

  /// Some references between the tables of some stores.
  private func rules(stores: Int, references: Int) throws -> [RuleDescription] {
    try (0..<references).map { index in
      try reference(
        index, ("store-\(index % stores)", "table-\(index % 4)"),
        ("store-\(index * 5 % stores)", "table-\(index / 3 % 3)"))
    }
  }

  private func layout(_ rules: [RuleDescription]) -> MapLayout {
    MapLayout(rules: rules, badges: Dictionary(uniqueKeysWithValues: rules.map { ($0.id, "2") }))
  }

  @Test("no badge hides another", arguments: [1, 2, 4, 7], [4, 16, 24])
  func badges(stores: Int, references: Int) throws {
    let badges = layout(try rules(stores: stores, references: references)).edges.compactMap(\.badge)
    #expect(badges.count == references)
    for (index, badge) in badges.enumerated() {
      for other in badges[..<index] { #expect(badge.clearance(from: other) >= 0) }
    }
  }

  @Test("sixteen arrows to one table end at sixteen places beside it")
  func ports() throws {
    let rules = try (0..<16).map { try reference($0, ("orders-db", "table-\($0)"), ("user-store", "users")) }
    let layout = layout(rules)
    let ends = layout.edges.map { $0.curve.point(at: 1) }
    #expect(Set(ends).count == 16)
    let heights = ends.map(\.y).sorted()
    #expect(zip(heights, heights.dropFirst()).allSatisfy { $1 - $0 >= 12 })
    let store = try #require(layout.stores.first { $0.name == "user-store" })
    #expect(heights.allSatisfy { (store.y...(store.y + store.height)).contains($0) })
  }

  @Test("boxes neither overlap nor leave the drawing, and no curve does", arguments: [1, 2, 3, 4, 7, 30])
  func boxes(stores: Int) throws {
    let layout = layout(try rules(stores: stores, references: 40))
    #expect(layout.stores.count == stores)
    for (index, store) in layout.stores.enumerated() {
      #expect(store.x >= 0 && store.x + layout.boxWidth <= layout.width)
      #expect(store.y >= 0 && store.y + store.height <= layout.height)
      for other in layout.stores[..<index] {
        #expect(
          store.x != other.x || store.y >= other.y + other.height || other.y >= store.y + store.height)
      }
    }
    for edge in layout.edges {
      for step in 0...20 {
        let point = edge.curve.point(at: Double(step) / 20)
        #expect((0...layout.width).contains(point.x) && (0...layout.height).contains(point.y))
      }
    }
  }

  @Test("stores that lean on each other face each other")
  func columns() throws {
    let layout = layout([
      try reference(0, ("a", "t"), ("b", "t")), try reference(1, ("c", "t"), ("d", "t")),
      try reference(2, ("a", "t"), ("d", "t")),
    ])
    let x = Dictionary(uniqueKeysWithValues: layout.stores.map { ($0.name, $0.x) })
    #expect(x["a"] != x["b"] && x["c"] != x["d"] && x["a"] != x["d"])
  }

  @Test("long names do not make it wider than a screen")
  func longNames() throws {
    let name = String(repeating: "very_long_", count: 6)
    let layout = layout([try reference(0, (name + "1", name), (name + "2", name))])
    #expect(layout.width < 1080)
    let drawing = try drawing(of: [try reference(0, (name + "1", name), (name + "2", name))])
    #expect(drawing.contains("<title>\(name)</title>"))
    #expect(!drawing.contains(">\(name)<") || drawing.contains("…</text>"))
  }

  @Test("a store that no rule reads is on it, a service is not")
  func idleStore() throws {
    let layout = MapLayout(
      rules: [try reference(0, ("a", "t"), ("b", "t"))],
      components: [Component(name: "idle", kind: .postgresql), Component(name: "svc", kind: .service)])
    #expect(layout.stores.map(\.name).sorted() == ["a", "b", "idle"])
    #expect(layout.edges.allSatisfy { $0.badge == nil })
  }

  @Test("every rule can be reached from it by keyboard, each reference once")
  func links() throws {
    let drawing = try drawing(of: try rules(stores: 2, references: 6))
    for index in 0..<6 {
      let links = drawing.matches(of: /<a href="#rule-rule-(\d)" class="(edge|badge-link) [a-z]+"( tabindex="-1")?>/)
        .filter { $0.output.1 == "\(index)" }
      #expect(links.count { $0.output.3 == nil } == 1)
    }
    #expect(!drawing.contains("role=\"img\""))
  }

  private func drawing(of rules: [RuleDescription]) throws -> String {
    let record = try SampleRun.record(of: [
      .runStarted(
        RunHeader(
          id: "r", startedAt: SampleRun.start, command: "c", version: "0", stack: "s", seed: 1, dataset: nil,
          host: "h", phases: [.audit])),
      .auditPlanned(AuditPlan(rules: rules)),
      .ruleFinished(
        RuleResult(
          rule: rules[0].id, status: .violated, findingCount: 1, findings: [], rowsExamined: 1, keysCompared: 1,
          duration: .zero, plan: [])),
    ])
    var html = HTMLWriter()
    MapSection(index: RecordIndex(record)).write(to: &html)
    return html.markup
  }
}
