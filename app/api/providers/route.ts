import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { listProviders } from "@/lib/keys/service";

export const GET = route("listProviders", async () => json(await listProviders()));
