/// A part of the stack: a service that speaks HTTP or a store that holds data.
package struct Component: Sendable, Hashable {
  /// What a component is, which decides how it is probed and drawn.
  package enum Kind: String, Sendable, Hashable {
    case service, postgresql, firestore

    /// Whether the component holds data that the audit reads.
    package var isStore: Bool { self != .service }
  }

  /// Unique name in `stack.yaml`.
  package let name: String
  package let kind: Kind

  /// Names a component of the stack.
  package init(name: String, kind: Kind) {
    self.name = name
    self.kind = kind
  }
}

/// What has become of a component at one moment of the run.
package struct ComponentReport: Sendable, Hashable {
  /// Who runs the component.
  package enum Mode: String, Sendable, Hashable {
    case embedded, process, external
  }

  /// Where the component is in its life.
  package enum State: Sendable, Hashable {
    case starting
    /// Answered its readiness probe after this long.
    case ready(after: Duration)
    /// Died, never became ready, or stopped answering; with its last log lines.
    case failed(reason: String, log: [String])
    /// Ended in order, when the run ended.
    case stopped
  }

  package let component: Component
  package let mode: Mode
  package let state: State
  /// Address without credentials, for people: `http://127.0.0.1:4711`, `127.0.0.1:5433/orders`.
  package let address: String?

  /// Reports a component's state.
  package init(component: Component, mode: Mode, state: State, address: String? = nil) {
    self.component = component
    self.mode = mode
    self.state = state
    self.address = address
  }
}
