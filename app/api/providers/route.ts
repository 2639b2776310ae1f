import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";
import { listProviders } from "@/lib/keys/service";

export const GET = withActor("viewer", async () => json(await listProviders()));
