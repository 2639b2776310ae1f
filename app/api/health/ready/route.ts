import { json } from "@/lib/http/json";
import { withOpen } from "@/lib/http/with-actor";
import { missingKinds } from "@/lib/setup/service";

/** The tables and the secret are there; the providers are not asked. */
export const GET = withOpen(async () => {
  const missing = await missingKinds();
  const ready = missing.length === 0;
  return json({ status: ready ? "ready" : "not_ready", missing }, { status: ready ? 200 : 503 });
});
