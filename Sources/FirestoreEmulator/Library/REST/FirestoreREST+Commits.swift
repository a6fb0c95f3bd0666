import FirestoreModel
import JSON

// commit, batchWrite, beginTransaction and rollback.
extension FirestoreREST {
  func commit(to database: DatabaseName, _ request: EmulatorRequest) throws(EmulatorError) -> EmulatorReply {
    let (writes, transaction) = try RequestBody.read(request) { object throws(FirestoreFormatError) in
      (try self.writes(&object), try object.read("transaction", ProtoObject.bytes))
    }
    let answer = try engine.commit(writes, to: database, transaction: transaction?.isEmpty == true ? nil : transaction)
    return .json { writer in
      writer.raw("{")
      if !answer.outcomes.isEmpty {
        writer.raw("\"writeResults\":")
        writer.list(answer.outcomes) { $0.outcome($1) }
        writer.raw(",")
      }
      writer.raw("\"commitTime\":")
      writer.time(answer.commitTime)
      writer.raw("}")
    }
  }

  func batchWrite(to database: DatabaseName, _ request: EmulatorRequest) throws(EmulatorError) -> EmulatorReply {
    let writes = try RequestBody.read(request) { object throws(FirestoreFormatError) in
      // Labels are for billing reports only.
      _ = object.value("labels")
      return try self.writes(&object)
    }
    let results = try engine.batchWrite(writes, to: database)
    return .json { writer in
      guard !results.isEmpty else { return writer.raw("{}") }
      writer.raw("{\"writeResults\":")
      writer.list(results) { writer, result in
        if case .success(let outcome) = result { writer.outcome(outcome) } else { writer.raw("{}") }
      }
      writer.raw(",\"status\":")
      writer.list(results) { writer, result in
        guard case .failure(let error) = result else { return writer.raw("{}") }
        writer.raw("{\"code\":")
        writer.integer(Int64(error.status.grpcCode))
        writer.raw(",\"message\":")
        writer.string(error.message)
        writer.raw("}")
      }
      writer.raw("}")
    }
  }

  func beginTransaction(in database: DatabaseName, _ request: EmulatorRequest) throws(EmulatorError) -> EmulatorReply {
    let options = try RequestBody.read(request) { object throws(FirestoreFormatError) in
      try object.read("options") { (json) throws(FirestoreFormatError) in
        try RequestBody.options(json, default: .readWrite)
      }
    }
    let id = try engine.begin(options ?? .readWrite, in: database)
    return .json { writer in
      writer.raw("{\"transaction\":")
      writer.string(Base64.encode(id))
      writer.raw("}")
    }
  }

  func rollback(in database: DatabaseName, _ request: EmulatorRequest) throws(EmulatorError) -> EmulatorReply {
    let id = try RequestBody.read(request) { object throws(FirestoreFormatError) in
      try object.read("transaction", ProtoObject.bytes)
    }
    try engine.rollback(id ?? [], in: database)
    return .json { $0.raw("{}") }
  }

  private func writes(_ object: inout ProtoObject) throws(FirestoreFormatError) -> [Write] {
    try object.list("writes") { (json) throws(FirestoreFormatError) in try Write(json: json) }
  }
}

extension JSONByteWriter {
  /// Writes google.firestore.v1.WriteResult; a delete has no update time.
  mutating func outcome(_ outcome: WriteOutcome) {
    raw("{")
    if let time = outcome.updateTime {
      raw("\"updateTime\":")
      self.time(time)
    }
    if !outcome.transformResults.isEmpty {
      if outcome.updateTime != nil { raw(",") }
      raw("\"transformResults\":")
      list(outcome.transformResults) { $0.value($1) }
    }
    raw("}")
  }
}
