import { download } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { exportCaseSet } from "@/lib/trials/case-set-service";

export const GET = route("exportCaseSet", async ({ params: { key, id } }) =>
  download("cases.jsonl", "application/jsonl", await exportCaseSet(key, id)),
);
