package import RunModel
package import YAMLSource

/// Why a stack could not be started, loaded or kept alive.
package struct StackError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of thing went wrong.
  package enum Code: Sendable, Hashable {
    /// There is no usable PostgreSQL on the machine.
    case postgresMissing
    /// A component died, could not be started, or never became ready.
    case component
    /// An init script or dataset was refused.
    case data
    /// The system refused a folder, a lock, a port or a process.
    case system
    /// The stack was told to stop before it was up.
    case interrupted
  }

  package let code: Code
  /// The part of the stack that is to blame, if one is.
  package let component: Component?
  /// What happened, in one sentence without a full stop.
  package let message: String
  /// The line of the script or dataset, if one is to blame.
  package let location: SourceLocation?
  /// The last lines of the component's log.
  package let log: [String]
  /// What the user can do about it.
  package let remedy: String?

  /// Describes a failure.
  package init(
    _ code: Code, _ message: String, component: Component? = nil, location: SourceLocation? = nil, log: [String] = [],
    remedy: String? = nil
  ) {
    self.code = code
    self.component = component
    self.message = message
    self.location = location
    self.log = log
    self.remedy = remedy
  }

  /// The same failure, blamed on a component unless it already is on one.
  func blaming(_ component: Component) -> StackError {
    StackError(
      code, message, component: self.component ?? component, location: location, log: log, remedy: remedy)
  }

  /// Place, component, message, remedy and log, one below the other.
  package var description: String {
    var text = location.map { "\($0): " } ?? ""
    if let component { text += "\(component.name): " }
    text += message
    if let remedy { text += "\n  \(remedy)" }
    for line in log { text += "\n  | \(line)" }
    return text
  }
}

extension StackError {
  /// Log lines that an error quotes.
  static let logLines = 20
}

extension StackError {
  /// The problems of a file of data: the first as the error, the others below it.
  init(_ list: DiagnosticList) {
    let first = list.diagnostics.first
    self.init(
      .data, first?.message ?? "the file cannot be read", location: first?.location,
      log: list.diagnostics.dropFirst().prefix(StackError.logLines).map(\.description), remedy: first?.remedy)
  }
}
