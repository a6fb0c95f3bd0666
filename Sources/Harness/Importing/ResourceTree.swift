import OpenAPI

/// Something that an API makes under a path and then shows under a longer one: `POST /users`, `GET /users/{id}`.
struct Resource {
  /// Makes one.
  let creation: Operation
  /// Operations on one: those on its own path first, then those below it without a variable of their own.
  let operations: [Operation]
  /// The variable that tells one from another.
  let variable: String
  /// Path of one, with its variables.
  let path: String
  /// Lists them.
  let listing: Operation?

  /// What one is called: `order` of `/orders`.
  var noun: String {
    let segment = creation.path.split(separator: "/").last.map(String.init) ?? "thing"
    let word = Identifier.kebab(segment)
    if word.hasSuffix("ies") { return word.dropLast(3) + "y" }
    if word.hasSuffix("ses") || word.hasSuffix("xes") { return String(word.dropLast(2)) }
    return word.hasSuffix("s") && !word.hasSuffix("ss") ? String(word.dropLast()) : word
  }

  /// The operation on its own path with a method.
  func own(_ method: String) -> Operation? { operations.first { $0.method == method && $0.path == path } }
}

/// The resources of an API, those that others lie below first.
struct ResourceTree {
  let resources: [Resource]

  /// Finds them by the shape of the paths alone.
  init(_ operations: [Operation]) {
    var resources: [Resource] = []
    for creation in operations where creation.method == "POST" && !creation.path.hasSuffix("}") {
      let prefix = creation.path.hasSuffix("/") ? creation.path : creation.path + "/"
      let below = operations.filter { operation in
        guard operation.path.hasPrefix(prefix) else { return false }
        let rest = operation.path.dropFirst(prefix.count).split(separator: "/")
        return rest.first.map { Self.isVariable($0) } ?? false
      }
      // `POST /orders/{id}/cancel` is an action, not something that makes things.
      guard let first = below.first?.path.dropFirst(prefix.count).split(separator: "/").first else { continue }
      let own = prefix + first
      let simple = below.filter {
        $0.path == own || !$0.path.dropFirst(own.count).contains("{") && $0.path.hasPrefix(own)
      }
      resources.append(
        Resource(
          creation: creation, operations: simple.filter { $0.path == own } + simple.filter { $0.path != own },
          variable: String(first.dropFirst().dropLast()), path: own,
          listing: operations.first { $0.method == "GET" && $0.path == creation.path }))
    }
    self.resources = resources.sorted { ($0.path.count, $0.path) < ($1.path.count, $1.path) }
  }

  /// The resource that another one lies below: `/users/{id}` of `/users/{id}/orders`.
  func parent(of path: String) -> Resource? { resources.last { path.hasPrefix($0.path + "/") } }

  private static func isVariable(_ segment: Substring) -> Bool {
    segment.hasPrefix("{") && segment.hasSuffix("}") && segment.dropFirst().firstIndex(of: "{") == nil
  }
}
