import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { version } from "@/lib/release";

export const GET = route("getHealth", async () => json({ status: "ok", release: version }));
