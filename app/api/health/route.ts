import { json } from "@/lib/http/json";
import { withOpen } from "@/lib/http/with-actor";

/** The process answers. */
export const GET = withOpen(async () => json({ status: "ok" }));
