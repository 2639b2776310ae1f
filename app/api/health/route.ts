import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";

export const GET = route("getHealth", async () => json({ status: "ok" }));
