import Glibc

/// `make soak`: a minute of load at the highest rate the machine holds, then an audit of that same stack.
struct Soak {
  let programs: String
  let seconds: Int

  /// Runs both; answers the exit code of the one that went wrong, 0 when neither did.
  func run() async throws -> Int32 {
    try await RunningMarketplace.run(programs: programs) { marketplace in
      let load = try ChildProgram(
        "\(programs)/marketplace",
        ["load", "--gateway", marketplace.address(of: "api-gateway"), "--rate", "max", "--seconds", "\(seconds)"],
        environment: Account.administrator
      ).wait().status
      for service in RunningMarketplace.services {
        let memory = try marketplace.memory(of: service)
        print(
          "\(Figures.left(service, 20))\(Figures.right(memory.peak, 8)) MiB at most, \(Figures.decimal(memory.now)) now"
        )
      }
      print("")
      // What the next program prints comes behind this.
      fflush(nil)
      let audit = try ChildProgram(
        "\(programs)/concord",
        ["audit", "--stack", "contracts/running-stack.yaml", "--no-dataset"],
        environment: [
          "FIRESTORE_EMULATOR_HOST": String(marketplace.address(of: "user-store").trimmingPrefix("http://")),
          "PRODUCT_DATABASE_URL": marketplace.address(of: "product-db"),
          "ORDER_DATABASE_URL": marketplace.address(of: "order-db"),
          "GATEWAY_DATABASE_URL": marketplace.address(of: "gateway-db"),
        ]
      ).wait().status
      return audit != 0 ? audit : load
    }
  }
}

/// Accounts of the dataset that stacks boot with.
enum Account {
  static let email = "admin@marketplace.example"
  static let password = "marketplace-admin"

  /// The administrator as `marketplace load` takes him.
  static let administrator = ["MARKETPLACE_ADMIN_EMAIL": email, "MARKETPLACE_ADMIN_PASSWORD": password]
}
