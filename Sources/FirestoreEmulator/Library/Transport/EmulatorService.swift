import FirestoreModel

/// Sends each request to the part of the emulator that its address names.
///
/// Firestore and Firebase Auth share one port: their paths never meet, so the variables `FIRESTORE_EMULATOR_HOST` and
/// `FIREBASE_AUTH_EMULATOR_HOST` may name the same address.
package struct EmulatorService: Sendable {
  private let firestore: FirestoreREST
  private let auth: AuthREST

  /// Serves a database engine and an account service.
  package init(firestore: FirestoreREST, auth: AuthREST) {
    self.firestore = firestore
    self.auth = auth
  }

  /// The largest body that is read.
  var maximumBodyBytes: Int { FirestoreLimits.requestBytes }

  /// The answer to a larger body.
  var tooLarge: EmulatorReply {
    .failure(.invalid("Request payload size exceeds the limit: \(maximumBodyBytes) bytes."))
  }

  /// Whether answering may take longer than a connection should hold up others.
  func isLengthy(_ request: EmulatorRequest) -> Bool {
    switch request.target.segments.first {
    case "v1": FirestoreREST.isLengthy(request)
    case "emulator": request.method == "DELETE"
    default: false
    }
  }

  /// Answers a request.
  package func answer(_ request: EmulatorRequest) -> EmulatorReply {
    let segments = request.target.segments
    switch segments.first {
    case "" where segments.count == 1 && (request.method == "GET" || request.method == "HEAD"): return .text("Ok\n")
    case "v1": return firestore.answer(request)
    case "identitytoolkit.googleapis.com", "securetoken.googleapis.com": return auth.answer(request)
    case "emulator" where segments.count > 4 && segments[4] == "databases": return clear(request)
    case "emulator": return auth.answer(request)
    default: return .failure(EmulatorError(.notFound, "Method not found."))
    }
  }

  /// Answers `DELETE /emulator/v1/projects/{project}/databases/{database}/documents`.
  private func clear(_ request: EmulatorRequest) -> EmulatorReply {
    let segments = request.target.segments.compactMap { RequestTarget.decode($0) }
    guard request.method == "DELETE", segments.count == 7, segments[1] == "v1", segments[2] == "projects",
      segments[6] == "documents"
    else { return .failure(EmulatorError(.notFound, "Method not found.")) }
    firestore.engine.clear(DatabaseName(project: segments[3], database: segments[5]))
    return .json { $0.raw("{}") }
  }
}
