/// One method on one path template.
struct Route: Sendable {
  enum Segment: Sendable, Hashable {
    case literal(String)
    case parameter(String)

    var isLiteral: Bool {
      if case .literal = self { true } else { false }
    }
  }

  let method: String
  let segments: [Segment]
  let operation: String
  let masked: Set<String>
  let handler: Handler

  init(method: String, template: String, operation: String, masked: Set<String>, handler: @escaping Handler) {
    precondition(template.first == "/", "a path template begins with a slash")
    self.method = method
    self.segments = template.split(separator: "/").map { part in
      part.first == "{" && part.last == "}" ? .parameter(String(part.dropFirst().dropLast())) : .literal(String(part))
    }
    self.operation = operation
    self.masked = masked
    self.handler = handler
  }

  /// Which segments are literal: routes that agree here compete for the same paths.
  var shape: [Bool] { segments.map(\.isLiteral) }

  func match(_ path: [String]) -> [String: String]? {
    var parameters: [String: String] = [:]
    for (segment, text) in zip(segments, path) {
      switch segment {
      case .literal(let literal): guard literal == text else { return nil }
      case .parameter(let name): parameters[name] = text
      }
    }
    return parameters
  }

  /// The path for a log: parameters that are secrets appear by name.
  func loggedPath(_ path: String) -> String {
    guard !masked.isEmpty else { return path }
    return zip(segments, path.split(separator: "/")).map { segment, text in
      if case .parameter(let name) = segment, masked.contains(name) { "/{\(name)}" } else { "/\(text)" }
    }.joined()
  }
}

/// All routes of a service, found by number of segments, literal segments before parameters.
struct RouteTable: Sendable {
  enum Match: Sendable {
    case notFound
    case methodNotAllowed([String], like: Route)
    case route(Route, [String: String])
  }

  private var routes: [Int: [Route]] = [:]

  var operations: [String] { routes.values.joined().map(\.operation) }

  mutating func add(_ route: Route) {
    routes[route.segments.count, default: []].append(route)
    routes[route.segments.count]?.sort { left, right in
      zip(left.shape, right.shape).first { $0 != $1 }?.0 ?? false
    }
  }

  func match(method: String, path: String) -> Match {
    guard let segments = Self.segments(of: path), let candidates = routes[segments.count] else { return .notFound }
    var allowed: [String] = []
    var fitting: Route?
    for route in candidates {
      // Once a more literal template fits, one with parameters in its place is another resource.
      if let fitting, route.shape != fitting.shape { break }
      guard let parameters = route.match(segments) else { continue }
      if route.method == method { return .route(route, parameters) }
      fitting = route
      if !allowed.contains(route.method) { allowed.append(route.method) }
    }
    return fitting.map { .methodNotAllowed(allowed.sorted(), like: $0) } ?? .notFound
  }

  /// The path for a log where no route matched: a secret may stand in the wrong place, so what is as long as one is
  /// left out.
  static func loggedPath(ofUnmatched path: String) -> String {
    path.split(separator: "/", omittingEmptySubsequences: false)
      .map { $0.utf8.count < shortestSecret ? $0 : "{\($0.utf8.count) bytes}" }.joined(separator: "/")
  }

  /// Session tokens are UUIDs of 36 characters, 32 without the hyphens.
  private static let shortestSecret = 32

  /// The decoded segments; nil for paths that name nothing here: empty or dot segments, broken escapes.
  ///
  /// Dot segments are refused, not resolved, so that no proxy in front can read the path differently.
  private static func segments(of path: String) -> [String]? {
    guard path.first == "/" else { return nil }
    var segments: [String] = []
    for part in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      guard !part.isEmpty, let text = PercentEncoding.decode(part), text != ".", text != ".." else { return nil }
      segments.append(text)
    }
    return segments
  }
}
