import { addressOf } from "@/lib/addresses";
import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { createToken, listTokens } from "@/lib/tokens/service";

export const GET = route("listTokens", async () => json(await listTokens()));

export const POST = route("createToken", async ({ actor, body }) => {
  const token = await createToken(actor, body);
  const location = addressOf("revokeToken", { params: { id: token.id } });
  return json(token, { status: 201, headers: { location } });
});
