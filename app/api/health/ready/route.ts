import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { listMissingKinds } from "@/lib/setup/service";

/** Doesn't call providers: the console is ready without them. */
export const GET = route("getReadiness", async () => {
  const missing = await listMissingKinds();
  return missing.length === 0
    ? json({ status: "ready", missing })
    : json({ status: "not_ready", missing }, { status: 503 });
});
