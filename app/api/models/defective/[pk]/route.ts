import { noContent } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";
import { deleteDefectiveRow } from "@/lib/models/retire-service";

/** A faulty row whose key is not `provider#model_id` has no address of its own but this one. */
export const DELETE = withActor<{ pk: string }>("admin", async ({ actor, params }) => {
  await deleteDefectiveRow(actor, params.pk);
  return noContent();
});
