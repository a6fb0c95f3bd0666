// The border to libpq. Only the Swift target Postgres imports this module.

#ifndef CONCORD_CLIBPQ_SHIM_H
#define CONCORD_CLIBPQ_SHIM_H

#include <libpq-fe.h>
#include <stdint.h>
#include <sys/eventfd.h>

// Because the PG_DIAG_ macros are character literals, which Swift does not import.
enum {
  concord_pq_diag_severity = PG_DIAG_SEVERITY_NONLOCALIZED,
  concord_pq_diag_sqlstate = PG_DIAG_SQLSTATE,
  concord_pq_diag_message = PG_DIAG_MESSAGE_PRIMARY,
  concord_pq_diag_detail = PG_DIAG_MESSAGE_DETAIL,
  concord_pq_diag_hint = PG_DIAG_MESSAGE_HINT,
  concord_pq_diag_position = PG_DIAG_STATEMENT_POSITION,
  concord_pq_diag_context = PG_DIAG_CONTEXT,
  concord_pq_diag_schema = PG_DIAG_SCHEMA_NAME,
  concord_pq_diag_table = PG_DIAG_TABLE_NAME,
  concord_pq_diag_column = PG_DIAG_COLUMN_NAME,
  concord_pq_diag_constraint = PG_DIAG_CONSTRAINT_NAME,
  concord_pq_diag_source_function = PG_DIAG_SOURCE_FUNCTION,
};

// Because Swift's Glibc module leaves out <sys/eventfd.h>. Returns -1 and sets errno when no descriptor is left.
static inline int concord_pq_eventfd(void) {
  return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

// Because of the same. A full counter means that a wake-up is pending already, so the result does not matter.
static inline void concord_pq_eventfd_signal(int descriptor) {
  (void)eventfd_write(descriptor, 1);
}

// Because of the same. An empty counter means that nobody signalled, so the result does not matter.
static inline void concord_pq_eventfd_clear(int descriptor) {
  eventfd_t ignored;
  (void)eventfd_read(descriptor, &ignored);
}

#endif
