import RunModel

/// Stores, their objects and the references between them, as the rules tell; without any place yet.
struct MapGraph {
  /// A table, collection or derived relation.
  struct Object {
    let name: String
    var qualityRules: [RuleDescription] = []
  }

  /// A store with its objects.
  struct Store {
    let name: String
    let kind: Component.Kind?
    var objects: [Object] = []
  }

  /// An object's place in the graph.
  struct Node: Hashable {
    let store: Int
    let object: Int
  }

  /// A reference.
  struct Edge {
    let rule: RuleDescription
    let from: Node
    let to: Node
  }

  private(set) var stores: [Store] = []
  private(set) var edges: [Edge] = []

  /// Collects what the rules name; stores of the stack that no rule reads are part of the picture.
  init(rules: [RuleDescription], components: [Component]) {
    let kinds = Dictionary(
      components.filter(\.kind.isStore).map { ($0.name, $0.kind) }, uniquingKeysWith: { first, _ in first })
    var storesByName: [String: Int] = [:]
    var nodes: [String: [String: Int]] = [:]
    func store(_ name: String) -> Int {
      if let index = storesByName[name] { return index }
      stores.append(Store(name: name, kind: kinds[name]))
      storesByName[name] = stores.count - 1
      return stores.count - 1
    }
    func node(_ location: DataLocation) -> Node {
      let index = store(location.store)
      if let object = nodes[location.store]?[location.object] { return Node(store: index, object: object) }
      stores[index].objects.append(Object(name: location.object))
      nodes[location.store, default: [:]][location.object] = stores[index].objects.count - 1
      return Node(store: index, object: stores[index].objects.count - 1)
    }
    for rule in rules {
      let from = node(rule.subject)
      switch rule.kind {
      case .reference(let target): edges.append(Edge(rule: rule, from: from, to: node(target)))
      case .quality: stores[from.store].objects[from.object].qualityRules.append(rule)
      }
    }
    for component in components where component.kind.isStore { _ = store(component.name) }
  }
}
