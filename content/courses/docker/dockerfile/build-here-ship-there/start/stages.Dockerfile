FROM node:22 AS builder
COPY . .
RUN npm install && npm run build

FROM node:22-alpine
COPY --from=builder /app/dist ./dist
CMD ["npm", "start"]
