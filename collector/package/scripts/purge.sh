# The user stays: pilots that it has submitted may still be in the queue, and its number must not become another's.
rm -rf /etc/aerie-endpoint /var/lib/aerie-endpoint /var/log/aerie-pilots
if [ -e /etc/condor/passwords.d/aerie ]; then
  echo "aerie-endpoint: HTCondor still takes tokens signed with /etc/condor/passwords.d/aerie; remove it to revoke them."
fi
