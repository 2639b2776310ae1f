import { noContent } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { deleteDefectiveRow } from "@/lib/models/service";

export const DELETE = route("deleteDefectiveModel", async ({ actor, params }) => {
  await deleteDefectiveRow(actor, params.pk);
  return noContent();
});
