import type { RequestRecorder } from "../requests";
import { noUuid, routes } from "./paths";

export async function operations(api: RequestRecorder, id: unknown, title: string): Promise<void> {
  const path = `/api/operations/${id ?? noUuid}`;
  await api.request(`GET ${routes.operation}`, title, { path });
  await api.request(`POST ${routes.operation}/stop`, title, { path: `${path}/stop` });
  await api.request(`POST ${routes.operation}/resume`, title, { path: `${path}/resume` });
  const undone = await api.request(`POST ${routes.operation}/undo`, title, {
    path: `${path}/undo`,
  });
  await api.request(`POST ${routes.operation}/undo`, `${title}, twice`, { path: `${path}/undo` });
  await api.request(`POST ${routes.operation}/resume`, `${title}, undone`, {
    path: `${path}/resume`,
  });
  await api.request(`GET ${routes.operation}`, `${title}, undone`, { path });
  const undo = `/api/operations/${undone.body.operation_id ?? noUuid}`;
  await api.request(`GET ${routes.operation}`, `the undo ${title}`, { path: undo });
}
