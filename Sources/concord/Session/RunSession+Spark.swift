import ArgumentParser
import Audit
import RunModel

extension RunSession {
  /// Refuses exports that nothing would read, before anything is started.
  func checkExports(_ plan: Plan) throws {
    let unused = plan.rules.unused(spark?.reading.exports ?? [])
    guard !unused.isEmpty else { return }
    for export in unused {
      StandardStreams.error.write(
        "error: no relationship points to \(export.store)/\(export.collection), so its export is of no use\n"
          + "  name the store as in the stack, and the collection as in the store\n")
    }
    throw ArgumentParser.ExitCode(.badInput)
  }

  /// Lends the engine that is asked for; nil, with a remark, when it cannot be had.
  func withEngine<Result>(_ events: EventStream, _ body: (AuditEngine) async -> Result) async -> Result? {
    guard let spark else { return await body(.native) }
    do {
      let process = try await SparkProcess(spark)
      events.emit(
        .noted(Notice(.info, "\(process.name) compares the keys of all references; what it finds is proved here")))
      let result = await body(.spark(process, spark.reading))
      await process.finish()
      return result
    } catch {
      // The rules stay undecided, and a run with such is no pass.
      events.emit(.noted(Notice(.error, "Spark cannot be prepared: \(error)")))
      return nil
    }
  }
}
