internal import Postgres
internal import ProductService
internal import ServiceKit

/// Takes every call for a new one.
struct ForgetsKeys: StockRepository {
  let sound: any StockRepository

  func perform(_ request: StockRequest) async throws -> StockOutcome {
    try await sound.perform(
      StockRequest(
        productID: request.productID, operation: request.operation, quantity: request.quantity,
        orderID: request.orderID, reverses: request.reverses))
  }
}

/// Sells what is not there.
struct Oversells: StockRepository {
  let sound: any StockRepository
  let database: ServiceDatabase

  func perform(_ request: StockRequest) async throws -> StockOutcome {
    let outcome = try await sound.perform(request)
    guard case .short = outcome else { return outcome }
    return try await database.transaction { connection in
      let row = try connection.one(
        "UPDATE products SET stock = stock - \(request.quantity)::int WHERE id = \(request.productID)::int RETURNING stock"
      )
      _ = try connection.rows(
        """
        INSERT INTO stock_movements (product_id, delta, reason, order_id)
        VALUES (\(request.productID)::int, \(-request.quantity)::int, 'sale', \(request.orderID)::int)
        """)
      return .applied(delta: -request.quantity, stock: try row["stock"].decode(Int.self))
    }
  }
}

/// Takes the units from stock a second time, past the ledger.
struct DecrementsTwice: StockRepository {
  let sound: any StockRepository
  let database: ServiceDatabase

  func perform(_ request: StockRequest) async throws -> StockOutcome {
    let outcome = try await sound.perform(request)
    guard case .applied(let delta, let stock) = outcome, delta < 0 else { return outcome }
    _ = try await database.query(
      "UPDATE products SET stock = stock - \(request.quantity)::int WHERE id = \(request.productID)::int")
    return .applied(delta: delta, stock: stock)
  }
}

/// Confirms that units came back, and puts them nowhere.
struct RestoresNothing: StockRepository {
  let sound: any StockRepository

  func perform(_ request: StockRequest) async throws -> StockOutcome {
    guard request.operation == .restore else { return try await sound.perform(request) }
    return .applied(delta: request.quantity, stock: 0)
  }
}
