/// The operations of the gateway that a load calls, by their operationIds.
package enum LoadOperation: String, Sendable, CaseIterable {
  case listProducts, getProduct, listReviews, listCategories, getCategoryTree, getCategory
  case registerUser, createSession, getUser, updateUser, listUserSessions, getSession, endSession, endUserSessions
  case deleteUser
  case createOrder, getOrder, listOrders, createPayment, listPayments, cancelOrder, refundPayment
  case createReview, updateReview, recordEvent
  case createProduct, updateProduct, deleteProduct, updateOrderStatus, approveReview, listUsers, listLogs
  case getAnalyticsSummary
}
