-- Runs once, when the database is made. The portal's role owns its database and is no superuser: a hole in the portal is none in the database's server.
-- Without a password nobody becomes the superuser over the network; in the container it needs none.
\set password `cat /run/secrets/db_password`
CREATE ROLE portal LOGIN PASSWORD :'password';
CREATE DATABASE portal OWNER portal;
ALTER ROLE postgres PASSWORD NULL;
