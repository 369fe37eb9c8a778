import { getWebhook, listApiKeys, listDeliveries, listEntries, listWebhooks } from "../../api";
import { pagedList, record, wholeList } from "../../live/records";

export const webhooksQuery = wholeList("webhooks", (query, signal) => listWebhooks({ query, signal }));

export const webhookQuery = (id: string) =>
  record("webhooks", id, (signal) => getWebhook({ path: { webhook_id: id }, signal }));

export const deliveriesQuery = (id: string) =>
  pagedList("deliveries", { id }, ({ page, limit }, signal) =>
    listDeliveries({ path: { webhook_id: id }, query: { page, limit, sort: "created_at", order: "desc" }, signal }),
  );

export const keysQuery = wholeList("keys", (query, signal) => listApiKeys({ query, signal }));

/** The filters of the audit log, as its address holds them. */
export interface AuditFilters {
  readonly action?: string;
  readonly subject_type?: string;
  readonly user_id?: string;
  readonly after?: string;
  readonly before?: string;
}

export const auditQuery = (filters: AuditFilters) =>
  pagedList("audit", filters, (query, signal) =>
    listEntries({ query: { ...query, sort: "created_at", order: "desc" } as never, signal }),
  );
