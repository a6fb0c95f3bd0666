import FirestoreModel
import JSON
import RFC3339

/// The JSON body of a request, read strictly.
enum RequestBody {
  /// Reads the body as an object with `read`, refusing members that `read` did not ask for.
  static func read<T>(
    _ request: EmulatorRequest, _ read: (inout ProtoObject) throws(FirestoreFormatError) -> T
  ) throws(EmulatorError) -> T {
    let json = try json(of: request)
    return try refusing { () throws(FirestoreFormatError) in
      var object = try ProtoObject(json)
      // Tags for billing reports: nothing in an answer depends on them.
      _ = object.value("requestOptions")
      let value = try read(&object)
      if object.contains("explainOptions") {
        throw FirestoreFormatError("query plans are not implemented.", at: "explainOptions", kind: .unsupported)
      }
      try object.finish()
      return value
    }
  }

  /// The body as JSON; an empty one stands for `{}`.
  static func json(of request: EmulatorRequest) throws(EmulatorError) -> JSONValue {
    guard request.body.contains(where: { $0 > 0x20 }) else { return .object([:]) }
    do throws(JSONParseError) {
      return try JSONValue(parsing: request.body)
    } catch {
      throw .invalid("Invalid JSON payload received. \(error)")
    }
  }

  /// Reads when to read: at most one of transaction, newTransaction and readTime.
  static func moment(_ object: inout ProtoObject) throws(FirestoreFormatError) -> FirestoreEngine.ReadMoment {
    let transaction = try object.read("transaction", ProtoObject.bytes)
    // A transaction opened by a read is read-only unless it says otherwise.
    let opened = try object.read("newTransaction") { (json) throws(FirestoreFormatError) in
      try options(json, default: .readOnly(nil))
    }
    let time = try object.read("readTime", ProtoObject.timestamp)
    switch (transaction, opened, time) {
    case (nil, nil, nil): return .now
    case (let id?, nil, nil): return id.isEmpty ? .now : .inTransaction(id)
    case (nil, let options?, nil): return .inNewTransaction(options)
    case (nil, nil, let time?): return .at(time)
    default: throw FirestoreFormatError("at most one of transaction, newTransaction and readTime can be given.")
    }
  }

  /// Reads google.firestore.v1.TransactionOptions.
  static func options(
    _ json: JSONValue, default missing: FirestoreEngine.TransactionOptions
  ) throws(FirestoreFormatError) -> FirestoreEngine.TransactionOptions {
    var object = try ProtoObject(json)
    let readOnly = try object.read("readOnly") {
      (json) throws(FirestoreFormatError) -> FirestoreEngine.TransactionOptions in
      var object = try ProtoObject(json)
      let time = try object.read("readTime", ProtoObject.timestamp)
      try object.finish()
      return .readOnly(time)
    }
    let readWrite = try object.read("readWrite") {
      (json) throws(FirestoreFormatError) -> FirestoreEngine.TransactionOptions in
      var object = try ProtoObject(json)
      _ = try object.read("retryTransaction", ProtoObject.bytes)
      // Both modes give the same guarantees; here every transaction is optimistic.
      _ = try object.enumeration("concurrencyMode", ConcurrencyMode.self)
      try object.finish()
      return .readWrite
    }
    try object.finish()
    guard readOnly == nil || readWrite == nil else {
      throw FirestoreFormatError("a transaction is either readOnly or readWrite.")
    }
    return readOnly ?? readWrite ?? missing
  }

  private enum ConcurrencyMode: String, ProtoEnum {
    case optimistic = "OPTIMISTIC"
    case pessimistic = "PESSIMISTIC"

    var number: Int { self == .optimistic ? 1 : 2 }
  }
}
