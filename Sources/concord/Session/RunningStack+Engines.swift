import Audit
import HTTP
import RunModel
import Stack

extension RunningStack {
  /// The stores as the auditor reads them: with read-only access.
  func auditedStores(over http: HTTPClient) -> [String: AuditedStore] {
    stores.mapValues { store in
      switch store {
      case .postgresql(_, let audit, let primary): .postgresql(audit, primary: primary)
      case .firestore(_, _, _, let client): .firestore(client(http))
      }
    }
  }
}

extension StackDescription {
  /// The stores as rules name them.
  var storeComponents: [Component] {
    stores.map { store in
      let kind: Component.Kind =
        switch store.kind {
        case .postgresql: .postgresql
        case .firestore: .firestore
        }
      return Component(name: store.name, kind: kind)
    }
  }
}
