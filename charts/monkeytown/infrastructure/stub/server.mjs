// A stand-in for web and event stream. It keeps the contract of the chart (PORT, /health, /ready, /ws, an orderly end) and
// nothing else.
import { createHash } from "node:crypto";
import { createServer } from "node:http";

const component = process.env.COMPONENT ?? "web";
const port = Number(process.env.PORT ?? (component === "web" ? 3000 : 8080));
const heartbeat = Number(process.env.WS_HEARTBEAT_INTERVAL_MS ?? 30000);
const limit = Number(process.env.WS_MAX_CONNECTIONS ?? 1000);

const sockets = new Set();
let draining = false;

const server = createServer((request, response) => {
  const answer = (status, text) => response.writeHead(status, { "content-type": "text/plain" }).end(text + "\n");
  if (request.url === "/health") return answer(200, "ok");
  if (request.url === "/ready") return draining ? answer(503, "draining") : answer(200, "ready");
  return answer(200, `monkeytown ${component}`);
});

// One unmasked frame of a server: opcode 9 is a ping, 8 a close.
const frame = (opcode, payload = Buffer.alloc(0)) => Buffer.concat([Buffer.from([0x80 | opcode, payload.length]), payload]);

server.on("upgrade", (request, socket) => {
  const key = request.headers["sec-websocket-key"];
  if (component !== "event-stream" || !key || sockets.size >= limit) {
    socket.end("HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\r\n");
    return;
  }
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`);
  sockets.add(socket);
  const timer = setInterval(() => socket.write(frame(9)), heartbeat);
  socket.on("error", () => socket.destroy());
  socket.on("close", () => {
    clearInterval(timer);
    sockets.delete(socket);
  });
});

process.on("SIGTERM", () => {
  draining = true;
  const goingAway = Buffer.from([0x03, 0xe9]); // 1001
  for (const socket of sockets) socket.end(frame(8, goingAway));
  server.close(() => process.exit(0));
});

server.listen(port, () => console.log(`${component} listens on ${port}`));
