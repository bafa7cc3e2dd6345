console.log('panel: open');
