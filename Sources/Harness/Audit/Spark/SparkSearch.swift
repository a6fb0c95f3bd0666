/// Hands over what Spark has found.
struct SparkSearch: CandidateSearch {
  let findings: SparkFindings
  let plan: [String]

  func search(reading: @escaping @Sendable (Int) -> Void, _ receive: (SearchStep) async throws -> Void) async throws {
    try await receive(SearchStep(rowsExamined: findings.rowsExamined, keysCompared: findings.keysCompared))
    for part in findings.candidates.parts(of: Self.candidatesPerStep) {
      try await receive(SearchStep(candidates: Array(part)))
    }
  }
}
