import Faults

/// The runs of a drill in their order: all faults, and healthy runs spread among them.
struct DrillPlan {
  /// What one run is about.
  enum Subject: Sendable {
    case fault(FaultCatalog.Entry)
    case healthy(Int)

    /// A name for a folder and a row.
    var name: String {
      switch self {
      case .fault(let entry): entry.id
      case .healthy(let number): "healthy run \(number)"
      }
    }
  }

  let subjects: [Subject]

  init(faults: [FaultCatalog.Entry], healthyRuns: Int) {
    var subjects: [Subject] = []
    var done = 0
    for (index, fault) in faults.enumerated() {
      subjects.append(.fault(fault))
      // After this many faults, so many healthy runs are due.
      let due = (index + 1) * healthyRuns / faults.count
      while done < due {
        done += 1
        subjects.append(.healthy(done))
      }
    }
    self.subjects = subjects
  }
}
