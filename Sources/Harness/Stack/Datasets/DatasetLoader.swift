import FirebaseAuth
import Firestore
import FirestoreModel
import HTTP
import Postgres
import RFC3339
import YAMLSource

/// Loads datasets into the stores of a running stack.
struct DatasetLoader: Sendable {
  let stores: [String: StoreRun]
  let http: HTTPClient
  let clock: any WallClock

  /// Writes of one commit; Firestore allows 500.
  private static let batch = 200
  /// Requests at a time.
  private static let width = 8

  func load(_ name: String, of description: StackDescription) async throws(StackError) {
    guard let folders = description.datasets[name] else {
      throw StackError(
        .data, "there is no dataset '\(name)'", remedy: remedy(for: name, among: description.datasets.keys.sorted()))
    }
    var layers: [(folder: String, names: [String])] = []
    do {
      for folder in folders { layers.append((folder, try Files.list(folder))) }
    } catch {
      throw StackError(.data, "the dataset '\(name)' cannot be read: \(error)")
    }
    // One moment for all stores, so that times in different files agree.
    let now = clock.now()
    let failure = await withTaskGroup(of: StackError?.self) { group in
      for store in description.stores {
        let name = DatasetFile.name(for: store)
        let files = layers.filter { $0.names.contains(name) }.map { "\($0.folder)/\(name)" }
        guard !files.isEmpty, let run = stores[store.name] else { continue }
        group.addTask {
          do throws(StackError) {
            // Layers build on each other, so one after the other; stores know nothing of each other.
            for file in files { try await load(file, into: store, run, now: now) }
            return nil
          } catch {
            return error.blaming(store.component)
          }
        }
      }
      var failure: StackError?
      for await error in group where error != nil && failure == nil {
        failure = error
        group.cancelAll()
      }
      return failure
    }
    if let failure { throw failure }
  }

  private func load(
    _ file: String, into store: StoreDescription, _ run: StoreRun, now: Timestamp
  ) async throws(StackError) {
    guard store.isWritable else {
      throw StackError(
        .data, "the store is external and only read, so '\(file)' cannot be loaded into it", location: store.location,
        remedy: "set 'writable: true' if it is there to be written to")
    }
    let text: String
    do {
      text = String(decoding: try Files.read(file), as: UTF8.self)
    } catch {
      throw StackError(.data, "\(error)")
    }
    switch run.store {
    case .postgresql(let owner, _, _): try await load(sql: text, file: file, into: owner)
    case .firestore(_, let project, let database, let client):
      let name = DatabaseName(project: project, database: database)
      let dataset: FirestoreDataset
      do {
        dataset = try FirestoreDataset.read(text, file: file, database: name, now: now)
      } catch {
        throw StackError(error)
      }
      try await load(dataset, file: file, into: client(http), project: project, authEmulator: run.authEmulator)
    }
  }

  private func load(sql text: String, file: String, into owner: PostgresConfiguration) async throws(StackError) {
    do {
      try await withConnection(owner) { connection in
        try await connection.execute(script: text)
        // Scratch servers gather no statistics by themselves, and plans without them can be far off.
        try await connection.execute(script: "ANALYZE")
      }
    } catch let error as PostgresError {
      let statement = error.script?.statement ?? 1
      let line = error.script?.line ?? SQLScript(text).line(ofStatement: statement)
      throw StackError(
        .data, "the dataset was refused: \(error.message)",
        location: SourceLocation(file: file, line: line, column: error.script?.column ?? 1),
        log: [error.detail, error.hint].compactMap { $0 })
    } catch {
      throw StackError(.data, "the dataset was refused: \(error)")
    }
  }

  private func load(
    _ dataset: FirestoreDataset, file: String, into client: FirestoreClient, project: String, authEmulator: String?
  ) async throws(StackError) {
    if let account = dataset.accounts.first, authEmulator == nil {
      throw StackError(
        .data, "accounts can only be loaded into a Firebase Auth emulator", location: account.location,
        remedy: "leave 'accounts' out of this file")
    }
    if let authEmulator {
      let auth = FirebaseAuthClient(http: http, emulatorHost: authEmulator, project: project)
      try await inParallel(dataset.accounts) { account throws(StackError) in try await Self.create(account, auth) }
    }
    let chunks = stride(from: 0, to: dataset.documents.count, by: Self.batch).map { start in
      Array(dataset.documents[start..<min(start + Self.batch, dataset.documents.count)])
    }
    try await inParallel(chunks) { documents throws(StackError) in
      do throws(FirestoreError) {
        _ = try await client.commit(documents.map { .set(client.name(of: $0.path), $0.fields) })
      } catch {
        let first = documents[0].path, last = documents[documents.count - 1].path
        throw StackError(
          .data, "the documents from \(first) to \(last) were refused: \(error.message)",
          location: documents[0].location)
      }
    }
  }

  private static func create(_ account: FirestoreDataset.Account, _ auth: FirebaseAuthClient) async throws(StackError) {
    do {
      _ = try await auth.createUser(
        uid: account.uid, email: account.email, password: account.password, displayName: account.displayName)
      if account.isEmailVerified != nil || account.isDisabled != nil {
        let changes = AuthUserChanges(isEmailVerified: account.isEmailVerified, isDisabled: account.isDisabled)
        try await auth.update(account.uid, changes)
      }
      if let claims = account.customClaims { try await auth.setCustomClaims(claims, uid: account.uid) }
    } catch {
      throw StackError(
        .data, "the account '\(account.uid)' was refused: \(error.code.rawValue) \(error.message)",
        location: account.location)
    }
  }

  /// Does something for each element, a few at a time; stops at the first failure.
  private func inParallel<Element: Sendable>(
    _ elements: [Element], _ body: @escaping @Sendable (Element) async throws(StackError) -> Void
  ) async throws(StackError) {
    let failure = await withTaskGroup(of: StackError?.self) { group in
      var failure: StackError?
      var running = 0
      for element in elements {
        if running == Self.width, let error = await group.next() ?? nil { failure = failure ?? error }
        if failure != nil { break }
        running = min(running + 1, Self.width)
        group.addTask {
          do throws(StackError) {
            try await body(element)
            return nil
          } catch {
            return error
          }
        }
      }
      if failure != nil { group.cancelAll() }
      for await error in group { failure = failure ?? error }
      return failure
    }
    if let failure { throw failure }
  }
}
