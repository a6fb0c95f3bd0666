internal import JSON
package import OrderService
internal import ServiceKit

extension OrderServiceParts: Breakable {
  /// The name of the service.
  package static let service = OrderServiceComposition.name

  /// What can be wrong with order-service.
  package static let faults: [Fault<OrderServiceParts>] = answerFaults + checkFaults + stockFaults + recordFaults

  private static let answerFaults: [Fault<OrderServiceParts>] = [
    Fault(
      "float-money", "The amounts of an order are JSON numbers, floats to whoever reads them.",
      answers: AlteredAnswer(of: "getOrder", "createOrder", objectsWith: "total_amount") { order in
        for amount in ["subtotal", "tax_amount", "shipping_amount", "discount_amount", "total_amount"] {
          order.turnIntoNumber(amount)
        }
      }),
    Fault(
      "extra-field", "A payment carries a field that no document knows.",
      answers: AlteredAnswer(of: "listPayments", "createPayment", objectsWith: "transaction_id") {
        $0["card_number"] = "4111111111111111"
      }),
    Fault(
      "conflict-is-500", "A conflict with the state of an order answers 500.",
      answers: AlteredAnswer(of: "updateOrderStatus", status: 409) { $0.status = 500 }),
    Fault(
      "foreign-orders", "Anybody may read anybody's orders.", around: UncheckedCaller(of: "getOrder", "listOrders")),
    Fault("foreign-refunds", "Anybody may refund anybody's payments.", around: UncheckedCaller(of: "refundPayment")),
    Fault("hangs", "The payments of an order are never listed.", around: HangingOperation(operation: "listPayments")),
    Fault(
      "crashes", "The service dies when a payment is refunded.", around: CrashingOperation(operation: "refundPayment")),
    Fault(
      "page-skips-an-order", "A page of orders leaves out one between it and the page before.", caughtBy: .contracts
    ) {
      $0.dependencies.orders = SkipsBetweenPages(sound: $0.dependencies.orders)
    },
  ]

  private static let checkFaults: [Fault<OrderServiceParts>] = [
    Fault("skip-user-check", "Somebody who does not exist can order.", caughtBy: .both) {
      $0.dependencies.users = EverybodyIsAUser()
    },
    Fault("skip-product-check", "A product that does not exist can be ordered.", caughtBy: .both) {
      $0.dependencies.catalogue = InventsProducts(sound: $0.dependencies.catalogue)
    },
    Fault("skip-stock-check", "More can be ordered than there is.", caughtBy: .both) {
      $0.dependencies.catalogue = IgnoresShortage(sound: $0.dependencies.catalogue)
    },
    Fault("unpaid-purchases", "An order that was never paid counts as a purchase.", caughtBy: .both) {
      $0.dependencies.orders = VerifiesUnpaid(sound: $0.dependencies.orders, database: $0.database)
    },
    Fault("any-amount-pays", "Any amount pays an order.", caughtBy: .both) {
      $0.dependencies.payments = TakesAnyAmount(sound: $0.dependencies.payments, database: $0.database)
    },
    Fault("illegal-steps", "An order can become anything at any time.", caughtBy: .contracts) {
      $0.dependencies.orders = AllowsAnyStep(sound: $0.dependencies.orders, database: $0.database)
    },
    Fault("forgets-order-keys", "A repeated order is placed again.", caughtBy: .contracts) {
      $0.dependencies.orders = ForgetsOrderKeys(sound: $0.dependencies.orders)
    },
    Fault(
      "forgets-payment-keys", "A repeated payment is refused, and its client never learns that it paid.",
      caughtBy: .contracts
    ) {
      $0.dependencies.payments = ForgetsPaymentKeys(sound: $0.dependencies.payments)
    },
  ]

  private static let stockFaults: [Fault<OrderServiceParts>] = [
    Fault("lost-compensation", "The stock of a cancelled order never comes back.", caughtBy: .both) {
      $0.dependencies.catalogue = GivesNothingBack(sound: $0.dependencies.catalogue)
    },
    Fault("lost-undo", "What a failed order took from stock never comes back.", caughtBy: .both) {
      $0.dependencies.catalogue = UndoesNothing(sound: $0.dependencies.catalogue)
    },
    Fault("double-decrement", "An order takes its units from stock twice.", caughtBy: .both) {
      $0.dependencies.catalogue = TakesTwice(sound: $0.dependencies.catalogue)
    },
    Fault("stale-catalogue", "An order is priced as the product was when it was first ordered.", caughtBy: .contracts) {
      $0.dependencies.catalogue = RemembersProducts(sound: $0.dependencies.catalogue)
    },
  ]

  private static let recordFaults: [Fault<OrderServiceParts>] = [
    Fault("wrong-total", "The total of an order leaves out the shipping.", caughtBy: .both) {
      $0.dependencies.orders = ForgetsShipping(sound: $0.dependencies.orders)
    },
    Fault("lost-line", "An order keeps only the first of its lines.", caughtBy: .both) {
      $0.dependencies.orders = LosesLines(sound: $0.dependencies.orders)
    },
    Fault("lower-case-uids", "An order names its buyer in lower case.", caughtBy: .both) {
      $0.dependencies.orders = LowerCasesBuyers(sound: $0.dependencies.orders)
    },
    Fault("tax-through-float", "Tax is computed in binary floating point and cut, not rounded.", caughtBy: .contracts) {
      $0.dependencies.orders = CutsTaxes(sound: $0.dependencies.orders)
    },
    Fault("cancelled-in-lower-case", "A cancelled order has a status that nobody knows.", caughtBy: .both) {
      $0.dependencies.orders = WritesLowerCase(sound: $0.dependencies.orders, database: $0.database)
    },
    Fault("hard-deletes-cancelled", "A cancelled order is gone, and what it owed with it.", caughtBy: .both) {
      $0.dependencies.orders = DeletesCancelled(sound: $0.dependencies.orders, database: $0.database)
    },
    Fault("refund-keeps-payment", "A refunded order keeps its completed payment.", caughtBy: .contracts) {
      $0.dependencies.payments = KeepsPayments(sound: $0.dependencies.payments, database: $0.database)
    },
  ]
}
