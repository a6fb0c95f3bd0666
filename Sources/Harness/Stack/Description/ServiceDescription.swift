package import RunModel
package import YAMLSource

/// A service of the stack: what it promises, and who runs it.
package struct ServiceDescription: Sendable {
  /// Ways to have a service.
  package enum Source: Sendable {
    case process(ProcessDescription)
    /// A service that is there.
    case external(url: VariableTemplate)
  }

  /// When a service counts as ready.
  package struct Readiness: Sendable, Hashable {
    /// Path that is asked, with its query.
    package let path: String
    /// Which answers mean that it is ready.
    package let status: ExpectedStatus
    /// How long it may take.
    package let limit: Duration
  }

  /// Which statuses a readiness probe accepts.
  package enum ExpectedStatus: Sendable, Hashable {
    case exactly(Int)
    /// 200 to 299.
    case success
    /// Any answer at all.
    case any

    /// Whether a status is among them.
    package func accepts(_ status: Int) -> Bool {
      switch self {
      case .exactly(let expected): status == expected
      case .success: (200...299).contains(status)
      case .any: true
      }
    }
  }

  /// Unique among stores and services.
  package let name: String
  /// Its OpenAPI document, a file or a URL; nil when none is given.
  package let openapi: String?
  package let source: Source
  package let readiness: Readiness
  /// Stores and services that must be ready before it is started.
  package let needs: [String]
  /// Shares of its API document that a run must see, in percent.
  package let coverage: [ContractCoverage.Dimension: Int]
  /// Where the file describes it.
  package let location: SourceLocation
}
