import { checkAll } from "@/lib/checks/service";
import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";

export const GET = withActor("viewer", async () => json(await checkAll()));
