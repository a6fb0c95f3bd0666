import Firestore
import Postgres
import Stack

/// Where everything is, for a person who works with the running stack.
struct StackListing {
  let stack: RunningStack
  let description: StackDescription

  /// URLs and connection strings, one a line, and how to end the stack.
  var text: String {
    var lines = ["", "\(description.name) is up; Ctrl-C ends it"]
    let entries = services + stores
    let width = entries.map(\.name.count).max() ?? 0
    for entry in entries {
      lines.append("  " + entry.name + String(repeating: " ", count: width - entry.name.count + 2) + entry.address)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var services: [(name: String, address: String)] {
    description.services.map { ($0.name, stack.baseURL(of: $0.name)) }
  }

  private var stores: [(name: String, address: String)] {
    description.stores.compactMap { store in
      switch stack.stores[store.name] {
      case nil: nil
      case .postgresql(let owner, _, _): (store.name, owner.uri(revealingPassword: true))
      case .firestore(let endpoint, let project, _, _):
        (store.name, "\(endpoint.baseURL)  (FIRESTORE_EMULATOR_HOST, project \(project))")
      }
    }
  }
}
